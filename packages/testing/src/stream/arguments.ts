import assert from 'node:assert/strict';
import { join, receiveAll, rejectsKind, roundTrip, sameBytes, text } from '../assertions.ts';
import { settles } from './clog.ts';
import type { StreamCheck } from './stream-context.ts';

const nothing: StreamCheck = {
  id: 'T14',
  title: 'sending nothing means nothing: the peer sees no end, and the next byte arrives',
  async run({ pair, staysPending }) {
    const { near, far } = await pair();
    const received = far.recv();
    const empty = new Uint8Array(0);
    await near.send(empty);
    await near.send('');
    await near.send([]);
    await near.send([empty, '']);
    assert.equal(near.trySend(empty), true, 'expected trySend to take nothing while there is room');
    await staysPending(20, 'recv of the peer, when nothing was sent,', received);
    await near.send('x');
    assert.equal(text(await received), 'x', 'expected the first byte sent to be the first received');
  },
};

const types: StreamCheck = {
  id: 'T15',
  title: 'text, bytes, views and parts are sent as they are; a settled send leaves the buffer free',
  async run({ pair, random }) {
    const { near, far } = await pair();
    const store = random.bytes(100);
    const view = store.subarray(10, 20);
    const wide = new Uint8Array(new Uint16Array([0x4142, 0x4142]).buffer, 1, 2);
    const forms = [store, view, wide, Buffer.from('buffer'), 'text – ünïcode', [view, 'and', wide]] as const;
    for (const form of forms) {
      const parts = (Array.isArray(form) ? form : [form]) as readonly (Uint8Array | string)[];
      const expected = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
      await near.send(form);
      sameBytes('what was sent', await far.recvExactly(expected.length), expected);
    }

    const buffer = random.bytes(1_048_576);
    const original = buffer.slice();
    const received = far.recvExactly(buffer.length);
    await near.send(buffer);
    buffer.fill(0);
    sameBytes('what was sent before its buffer was overwritten', await received, original);

    const target = new Uint8Array(8);
    await near.send('abcdef');
    // All of it is there: a stream may be cut anywhere.
    far.unrecv(await far.recvExactly(6));
    assert.equal(await far.recvInto(target.subarray(2, 6)), 4, 'expected recvInto to fill the view it was given');
    assert.equal(text(target), '\0\0abcd\0\0', 'expected recvInto to write inside its view only');
    assert.equal(text(await far.recvExactly(2)), 'ef', 'expected the bytes that did not fit to come next');
  },
};

/** More buffers of 10 kB than any two ends have room for. */
const mostTaken = 6_000;

const freeBuffers: StreamCheck = {
  id: 'T15b',
  title: 'the buffers of trySend and of cancelled sends are free once a later send has settled',
  async run(context) {
    const { pair, random, within } = context;
    const { near, far } = await pair();
    const chunk = random.bytes(10_007);
    const taken: { readonly buffer: Uint8Array; readonly original: Uint8Array }[] = [];
    // Until there is no more room, and none comes: with the last ones something is queued, and the buffers matter.
    while (await settles(near.writable(), near, context)) {
      assert(taken.length < mostTaken, 'expected trySend to say no at last, while nobody reads');
      const buffer = chunk.slice();
      buffer[0] = taken.length % 256;
      if (near.trySend(buffer)) taken.push({ buffer, original: buffer.slice() });
    }
    const cancelled = chunk.slice();
    await rejectsKind('a send to a clogged peer', near.send(cancelled, { timeoutMs: 1 }), 'timeout');

    const free = near.send('');
    const receiving = receiveAll(far);
    await within(10_000, 'an empty send, when the peer reads,', free);
    for (const { buffer } of taken) buffer.fill(0xee);
    cancelled.fill(0xee);
    const closing = near.close();
    const received = await receiving;
    await Promise.all([closing, far.close()]);
    const certain = join(taken.map(({ original }) => original));
    // The send that was called off may have gone out, but not in part.
    const expected = received.length > certain.length ? join([certain, chunk]) : certain;
    sameBytes('what was taken over', received, expected);
  },
};

const maxima: StreamCheck = {
  id: 'T16',
  title: 'recv(max) gives at most max; less than 1 is a RangeError, a fraction a TypeError',
  async run({ pair, random }) {
    const { near, far } = await pair();
    await near.send('x');
    for (const max of [0, -1, -Infinity, Number.NaN]) {
      await assert.rejects(far.recv(max), RangeError, `expected recv(${max}) to reject with a RangeError`);
      assert.throws(() => far.tryRecv(max), RangeError, `expected tryRecv(${max}) to throw a RangeError`);
    }
    await assert.rejects(far.recv(1.5), TypeError, 'expected recv(1.5) to reject with a TypeError');
    await assert.rejects(
      far.recvInto(new Uint8Array(0)),
      RangeError,
      'expected recvInto of an empty buffer to reject with a RangeError',
    );
    assert.equal(text(await far.recv()), 'x', 'expected wrong arguments to cost no byte');

    const data = random.bytes(65_536);
    const sending = near.send(data);
    for (let start = 0; start < data.length;) {
      const max = random.between(1, 4096);
      const chunk = await far.recv(max);
      assert(chunk !== null && chunk.length > 0, 'expected recv to give at least one byte');
      assert(chunk.length <= max, `expected recv(${max}) to give at most ${max} bytes, but got ${chunk.length}`);
      sameBytes(`what came from byte ${start} on`, chunk, data.subarray(start, start + chunk.length));
      start += chunk.length;
    }
    await sending;
    await roundTrip(near, far);
  },
};

const pushedBack: StreamCheck = {
  id: 'T16b',
  title: 'what is pushed back comes first, to whatever reads next',
  async run({ pair, staysPending }) {
    const { near, far } = await pair();
    await near.send('header body');
    const head = await far.recvExactly(7);
    far.unrecv(head.subarray(6));
    far.unrecv(head.subarray(0, 6));
    assert.equal(text(await far.recvExactly(11)), 'header body', 'expected what was pushed back to come first');

    const waiting = far.recv();
    await staysPending(10, 'recv with nothing to read', waiting);
    far.unrecv(new TextEncoder().encode('again'));
    assert.equal(text(await waiting), 'again', 'expected a waiting recv to get what was pushed back');
    assert.equal(far.tryRecv(), undefined, 'expected tryRecv to say that it would block');
    await roundTrip(near, far);
  },
};

/** What may be given to `send` and `recv`, and what becomes of it. */
export const argumentChecks: readonly StreamCheck[] = [nothing, types, freeBuffers, maxima, pushedBack];
