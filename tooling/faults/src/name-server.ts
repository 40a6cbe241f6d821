import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** RFC 1035 section 3.2.2, RFC 3596 section 2.1. */
const types = { A: 1, AAAA: 28 } as const;

/** RFC 1035 section 4.1.1: the codes of a response. */
const responses = { noError: 0, serverFailure: 2, nameError: 3 } as const;

/** What a name has: addresses, after a while perhaps; or how asking for it fails. `silent` is never answered. */
export interface NameRecord {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly afterMs?: number;
  readonly failure?: 'serverFailure' | 'nameError' | 'silent';
}

/** A name server that is running. */
export interface NameServer extends AsyncDisposable {
  /** The names that were asked for, in order; a name twice for both types. */
  readonly asked: readonly string[];
}

/** The bytes of an IPv4 or, written in full, an IPv6 address. */
const addressBytes = (address: string): Buffer =>
  address.includes(':')
    ? Buffer.from(
        address
          .split(':')
          .map((group) => group.padStart(4, '0'))
          .join(''),
        'hex',
      )
    : Buffer.from(address.split('.').map(Number));

/** The name that a question is about (RFC 1035 section 4.1.2), and where the question ends. */
const readQuestion = (query: Buffer): { name: string; type: number; end: number } => {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
};

/** One answer: the name of the question by a pointer to it (RFC 1035 section 4.1.4), class IN, no time to live. */
const answerOf = (type: number, address: string): Buffer => {
  const data = addressBytes(address);
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([head, data]);
};

const respond = (query: Buffer, code: number, answers: readonly Buffer[], end: number): Buffer => {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(query.readUInt16BE(0), 0);
  // A response, recursion desired and available (RFC 1035 section 4.1.1).
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answers.length, 6);
  return Buffer.concat([head, query.subarray(12, end), ...answers]);
};

/** Answers questions for these names, over UDP at port 53 of 127.0.0.1; any other name does not exist. */
export const startNameServer = async (records: Readonly<Record<string, NameRecord>>): Promise<NameServer> => {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(name);
    const record = records[name] ?? { failure: 'nameError' };
    if (record.failure === 'silent') return;
    const code = responses[record.failure ?? 'noError'];
    const addresses = (type === types.A ? record.A : type === types.AAAA ? record.AAAA : undefined) ?? [];
    const response = respond(
      query,
      code,
      addresses.map((address) => answerOf(type, address)),
      end,
    );
    const timer = setTimeout(() => {
      timers.delete(timer);
      socket.send(response, from.port, from.address);
    }, record.afterMs ?? 0);
    timers.add(timer);
  });
  socket.bind(53, '127.0.0.1');
  await once(socket, 'listening');
  return {
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearTimeout(timer);
      socket.close();
      await once(socket, 'close');
    },
  };
};
