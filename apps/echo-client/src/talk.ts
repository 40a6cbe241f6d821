import { formatEndpoint, printable } from '@stack/address';
import type { Arguments } from './arguments.ts';
import type { Asker } from './asker.ts';
import { copy } from './copy.ts';
import { DatagramAsker } from './datagram-asker.ts';
import type { Io } from './io.ts';
import { lines } from './lines.ts';
import type { Outlet } from './outlet.ts';
import { prompt } from './prompt.ts';
import { questions } from './questions.ts';
import { StreamAsker } from './stream-asker.ts';

/** A lost datagram is noticed soon; a stream that is slow to answer is still whole. */
const DATAGRAM_TIMEOUT_MS = 2_000;
const STREAM_TIMEOUT_MS = 10_000;

const converse = async (asker: Asker, io: Io, outlet: Outlet): Promise<void> => {
  using asked = questions(io, outlet);
  await prompt(asker, asked, outlet, (news) => void io.stderr.write(`echo-client: ${printable(news)}\n`));
};

/** Ends the answer of a one shot: on a terminal the shell's prompt shall not stick to it. */
const endLine = async (io: Io, outlet: Outlet): Promise<void> => {
  if (io.stdout.isTTY === true) await outlet.write('\n');
};

const talkByDatagrams = async (args: Arguments, mode: Mode, io: Io, outlet: Outlet): Promise<void> => {
  const { endpoint, message, timeoutMs = DATAGRAM_TIMEOUT_MS } = args;
  await using peer = await io.network.connectDatagram(endpoint, { timeoutMs });
  const asker = new DatagramAsker(peer, formatEndpoint(endpoint), timeoutMs);
  if (mode === 'prompt') {
    await converse(asker, io, outlet);
  } else if (message !== undefined) {
    await outlet.write(await asker.ask(Buffer.from(message)));
    await endLine(io, outlet);
  } else {
    for await (const line of lines(io.stdin)) {
      await outlet.write(Buffer.concat([await asker.ask(line), Buffer.from('\n')]));
    }
  }
};

const talkByStream = async (args: Arguments, mode: Mode, io: Io, outlet: Outlet): Promise<void> => {
  const { endpoint, message, timeoutMs = STREAM_TIMEOUT_MS } = args;
  await using connection = await io.network.connect(endpoint, { timeoutMs });
  if (mode === 'prompt') {
    await converse(new StreamAsker(connection, timeoutMs), io, outlet);
  } else if (message !== undefined) {
    await copy(connection, [Buffer.from(message)], outlet, timeoutMs);
    await endLine(io, outlet);
  } else {
    await copy(connection, io.stdin, outlet);
  }
};

type Mode = 'one shot' | 'prompt' | 'copy';

const modeOf = (args: Arguments, io: Io): Mode => {
  if (args.message !== undefined) return 'one shot';
  return args.prompt || io.stdin.isTTY === true ? 'prompt' : 'copy';
};

/** Talks to the endpoint in the way that the arguments and the kind of input ask for. */
export const talk = async (args: Arguments, io: Io, outlet: Outlet): Promise<void> => {
  const mode = modeOf(args, io);
  await (args.endpoint.scheme === 'udp' ? talkByDatagrams : talkByStream)(args, mode, io, outlet);
};
