import assert from 'node:assert/strict';
import type { DatagramSocket } from '@stack/transport';
import { assertKind, awaitedLater, failure, sameBytes, text } from '../assertions.ts';
import type { DatagramCheck } from './datagram-context.ts';

const wholeOrSaid: DatagramCheck = {
  id: 'T58',
  title: 'a datagram comes whole, or says that it was truncated',
  async run({ bind, random, maxDatagramBytes }) {
    const [near, far] = [await bind(), await bind()];
    for (const size of [1, 1472, 1473, 8192, random.between(8193, maxDatagramBytes), maxDatagramBytes]) {
      const sent = random.bytes(size);
      await near.sendTo(sent, far.local);
      const { data, truncated } = await far.recvFrom({ timeoutMs: 5_000 });
      if (truncated) assert(data.length < size, `expected a truncated datagram of ${size} bytes to be shorter`);
      sameBytes(`a datagram of ${size} bytes`, data, truncated ? sent.subarray(0, data.length) : sent);
    }
  },
};

/** How many datagrams came to an end that is known: read, dropped above, dropped by the kernel. */
const accounted = (served: number, socket: DatagramSocket): number =>
  served + socket.dropped + (socket.kernelDropped() ?? 0);

const leastTicks = 5;

const flood: DatagramCheck = {
  id: 'T60',
  title: 'under a flood with a consumer of 2 ms timers fire, the queue is bounded, and every datagram is accounted for',
  async run({ bind, sleep, clock, within }) {
    const server = await bind(undefined, { queue: { packets: 16 } });
    const sender = await bind();
    let served = 0;
    const consume = async (): Promise<void> => {
      served += 1;
      await sleep(2);
    };
    const consuming = awaitedLater(server.consume(consume));
    const timer = { ticks: 0, isOver: false };
    const tick = async (): Promise<void> => {
      while (!timer.isOver) {
        await sleep(20);
        timer.ticks += 1;
      }
    };
    const ticking = awaitedLater(tick());

    let sent = 0;
    const beginMs = clock.now();
    // On a machine that has other things to do a timer of 20 ms may take longer.
    const isEnough = (): boolean =>
      clock.now() >= beginMs + 400 && (timer.ticks >= leastTicks || clock.now() >= beginMs + 2_000);
    while (!isEnough()) {
      for (let i = 0; i < 50; i += 1) {
        if (sender.trySendTo(`datagram ${sent}`, server.local)) sent += 1;
      }
      await sleep(1);
    }
    timer.isOver = true;
    await ticking;
    const { ticks } = timer;
    assert(
      ticks >= leastTicks,
      `expected a timer of 20 ms to fire ${leastTicks} times in 2 s, but it fired ${ticks} times`,
    );
    assert(server.dropped > 0, 'expected a queue of 16 to drop something of a flood');

    const settled = async (): Promise<void> => {
      let before = -1;
      // What is on its way may take some turns; what is served meanwhile shows that more is to come.
      while (accounted(served, server) < sent && (server.caps.has('kernelDrops') || served !== before)) {
        before = served;
        await sleep(50);
      }
    };
    await within(10_000, 'the flood', settled());
    const known = accounted(served, server);
    if (server.caps.has('kernelDrops')) assert.equal(known, sent, 'expected every datagram to be accounted for');
    else assert(known <= sent, `expected no more than the ${sent} datagrams that were sent, but there are ${known}`);
    assert(served > 0, 'expected some of the flood to be served');
    await server.close();
    await within(5_000, 'consume, at a close,', consuming);
  },
};

const capped: DatagramCheck = {
  id: 'T60b',
  title: 'sends that nobody awaits are counted: past the bound each is rejected, itself alone',
  async run({ bind, within }) {
    const server = await bind(undefined, { queue: { packets: 10_000 } });
    const sender = await bind(undefined, { maxQueuedPackets: 8 });
    const sends = Array.from({ length: 200 }, (_, i) => sender.sendTo(`${i}`, server.local));
    const outcomes = Promise.allSettled(sends);
    assert.equal(sender.trySendTo('no', server.local), false, 'expected trySendTo to take nothing past the bound');
    const taken = await sender.sendMany([{ data: 'no', to: server.local }]);
    assert.equal(taken, 0, 'expected sendMany to take nothing past the bound');
    await within(5_000, 'writable', sender.writable());
    const settled = await within(5_000, 'every send', outcomes);
    const sent = settled.flatMap(({ status }, i) => (status === 'fulfilled' ? [`${i}`] : []));
    assert.deepEqual(sent, ['0', '1', '2', '3', '4', '5', '6', '7'], 'expected the sends within the bound to succeed');
    const [refused] = settled.slice(8);
    assert(refused?.status === 'rejected', 'expected the send past the bound to be rejected');
    assertKind(refused.reason, 'a send past the bound', 'limit');
    assert.equal(refused.reason.code, 'ERR_SEND_BUFFER', 'expected the code of a bound that was passed');

    await sender.sendTo('goes on', server.local);
    const all: string[] = [];
    while (all.at(-1) !== 'goes on') {
      all.push(String(text((await server.recvFrom({ timeoutMs: 5_000 })).data)));
    }
    assert.deepEqual(all, [...sent, 'goes on'], 'expected what was rejected not to be sent');
    const past = await failure('sendTo, its deadline past,', sender.sendTo('x', server.local, { timeoutMs: 0 }));
    assertKind(past, 'sendTo, its deadline past,', 'timeout');
  },
};

/** More than can be taken: nothing is lost without a word. */
export const wholeCheck: DatagramCheck = wholeOrSaid;
export const floodCheck: DatagramCheck = flood;
export const cappedCheck: DatagramCheck = capped;
