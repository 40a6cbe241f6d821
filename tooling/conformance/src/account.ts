import { nodeArguments, run } from '@stack/interop';
import { system } from '@stack/transport';

/** What became of a flood. */
export interface Account {
  /** What the kernel took from the sender. */
  readonly sent: number;
  /** What the consumer was given. */
  readonly received: number;
  /** What the receive queue had no room for. */
  readonly dropped: number;
  /** What the kernel had no room for. */
  readonly kernelDropped: number;
  /** How often a timer of 20 ms fired in `ms`, without the time when nothing in the process could run. */
  readonly ticks: number;
  readonly ms: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Keeps the whole process from running: meanwhile only the kernel can take what comes. */
const freeze = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

const flood = new URL('programs/udp-flood.ts', import.meta.url);

/**
 * Floods a socket from another process, with a consumer that takes 2 ms a datagram, and waits until every datagram is
 * accounted for, or `limitMs` have passed.
 */
export const accountOfFlood = async (endpoint: string, count: number, limitMs: number): Promise<Account> => {
  await using socket = await system.bind(endpoint, { queue: { packets: 256 }, recvBufferBytes: 65_536 });
  const { local } = socket;
  if (!('port' in local)) throw new Error('the socket has no port');
  let received = 0;
  const consuming = socket.consume(async () => {
    received += 1;
    await pause(2);
  });
  const begunMs = performance.now();
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 20);
  const freezer = setInterval(() => freeze(50), 500);

  const { stdout, stderr } = await run(
    process.execPath,
    nodeArguments(flood, [local.host, String(local.port), String(count)]),
    { timeoutMs: limitMs },
  );
  clearInterval(freezer);
  clearInterval(timer);
  const ms = performance.now() - begunMs;
  if (stdout.length === 0) throw new Error(`the flood said nothing: ${stderr}`);
  const sent = Number(stdout);
  const account = (): Account => {
    const { dropped } = socket;
    return { sent, received, dropped, kernelDropped: socket.kernelDropped() ?? 0, ticks, ms };
  };
  const accounted = ({ dropped, kernelDropped }: Account): number => received + dropped + kernelDropped;
  while (accounted(account()) < sent && performance.now() - begunMs < limitMs) await pause(20);
  // One too many would come now.
  await pause(50);
  const last = account();
  await socket.close();
  await consuming;
  return last;
};
