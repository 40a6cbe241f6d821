import { describe, expect, test, vi } from 'vitest';
import { TransportError } from '../contract/errors.ts';
import { repeat } from '../random.test-fixture.ts';
import { bytes, failure, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { type FakeClock, fakeClock } from '../virtual/fake-clock.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Intake, type IntakeHost } from './intake.ts';
import type { ReadKind } from './item-queue.ts';

const one: ReadKind<ChunkQueue, number, string> = {
  ready: (queue) => queue.size > 0,
  take: (queue, max) => text(queue.shiftUpTo(max)),
  atEnd: () => 'end',
};

const exactly: ReadKind<ChunkQueue, number, string> = {
  ready: (queue, count) => queue.size >= count,
  take: (queue, count) => text(queue.shiftExactly(count)),
  atEnd: (queue) => {
    throw new Error(`only ${queue.size}`);
  },
};

class Bench implements IntakeHost {
  readonly clock: FakeClock = fakeClock();
  readonly at = 'the bench';
  readonly intake: Intake<Uint8Array, ChunkQueue> = new Intake(this, new ChunkQueue());
  lastInMs = 0;
  wanted = 0;

  onWanted(): void {
    this.wanted += 1;
  }

  comes(...chunks: readonly string[]): void {
    for (const chunk of chunks) {
      this.lastInMs = this.clock.now();
      this.intake.onItem(bytes(chunk));
    }
  }
}

const broken = (): TransportError => new TransportError({ code: 'ECONNRESET', op: 'recv' });

describe('Intake.read()', () => {
  test('gives what is there at once, and else waits for it', async () => {
    const { intake, ...bench } = new Bench();
    expect(bench.clock.pending).toBe(0);
    const waiting = intake.read(one, 9, undefined);
    expect(intake.waiting).toBe(true);
    intake.onItem(bytes('a'));
    expect(await waiting).toBe('a');
    intake.onItem(bytes('b'));
    expect(await intake.read(one, 9, undefined)).toBe('b');
  });

  test('a cancelled read loses no byte, whenever it is cancelled', async () => {
    await repeat(20, async ({ int }) => {
      const bench = new Bench();
      let sent = '';
      let got = '';
      for (let turn = 0; turn < 40; turn += 1) {
        const controller = new AbortController();
        const count = 1 + int(6);
        const read = bench.intake.read(exactly, count, { signal: controller.signal }).then(
          (part) => void (got += part),
          () => undefined,
        );
        for (let i = int(3); i > 0; i -= 1) {
          const chunk = String.fromCharCode(97 + int(26), 97 + int(26));
          sent += chunk;
          bench.comes(chunk);
        }
        if (int(2) === 0) await Promise.resolve();
        controller.abort('cancelled');
        await read;
      }
      expect(got + text(bench.intake.queue.shiftExactly(bench.intake.queue.size))).toBe(sent);
    });
  });

  test('a second reader of any sort is busy, and harms nobody', async () => {
    const { intake } = new Bench();
    const first = intake.read(one, 9, undefined);
    expect(await failure(intake.read(one, 9, undefined))).toMatchObject({ code: 'ERR_BUSY', kind: 'busy' });
    expect(await failure(intake.consume(() => undefined, undefined))).toMatchObject({ code: 'ERR_BUSY' });
    expect(() => intake.tryRead(one, 9)).toThrow(expect.objectContaining({ code: 'ERR_BUSY' }));
    intake.onItem(bytes('a'));
    expect(await first).toBe('a');

    const consuming = intake.consume(() => undefined, undefined);
    expect(await failure(intake.read(one, 9, undefined))).toMatchObject({ code: 'ERR_BUSY' });
    intake.end();
    await consuming;
  });

  test('a past deadline fails even with data ready, and takes none of it', async () => {
    const bench = new Bench();
    bench.comes('a');
    expect(await failure(bench.intake.read(one, 9, { timeoutMs: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await failure(bench.intake.read(one, 9, { timeoutMs: Number.NaN }))).toBeInstanceOf(RangeError);
    expect(await bench.intake.read(one, 9, undefined)).toBe('a');
  });

  test('a deadline leaves no timer behind, reached or not', async () => {
    const bench = new Bench();
    const first = bench.intake.read(one, 9, { timeoutMs: 100 });
    bench.comes('a');
    await first;
    expect(bench.clock.pending).toBe(0);
    const second = failure(bench.intake.read(one, 9, { timeoutMs: 100 }));
    await bench.clock.advance(100);
    expect(await second).toMatchObject({ code: 'ERR_TIMEOUT' });
    bench.comes('b');
    expect(await bench.intake.read(one, 9, undefined)).toBe('b');
  });
});

describe('Intake.end()', () => {
  test('what is queued comes first, then the end, again and again', async () => {
    const bench = new Bench();
    bench.comes('a');
    bench.intake.end();
    const reads = [await bench.intake.read(one, 9, undefined), await bench.intake.read(one, 9, undefined)];
    expect(reads).toEqual(['a', 'end']);
    expect(bench.intake.tryRead(one, 9)).toBe('end');
  });

  test('what is queued comes before a failure, which every read tells with an error of its own', async () => {
    const bench = new Bench();
    bench.comes('a');
    bench.intake.end(broken);
    expect(await bench.intake.read(one, 9, undefined)).toBe('a');
    const errors = [
      await failure(bench.intake.read(one, 9, undefined)),
      await failure(bench.intake.read(one, 9, undefined)),
    ];
    expect(errors).toMatchObject([{ code: 'ECONNRESET' }, { code: 'ECONNRESET' }]);
    expect(errors[0]).not.toBe(errors[1]);
  });

  test('a read that waits for more than there is gets the end, what there was stays', async () => {
    const bench = new Bench();
    bench.comes('ab');
    const read = failure(bench.intake.read(exactly, 3, undefined));
    bench.intake.end(broken);
    expect(await read).toMatchObject({ code: 'ECONNRESET' });
    expect(await bench.intake.read(one, 9, undefined)).toBe('ab');
  });

  test('a failure after the end changes nothing: the end came first', async () => {
    const bench = new Bench();
    bench.comes('a');
    bench.intake.end();
    bench.intake.end(broken);
    expect(await bench.intake.read(one, 9, undefined)).toBe('a');
    expect(await bench.intake.read(one, 9, undefined)).toBe('end');
  });
});

describe('Intake.putBack()', () => {
  const back = (intake: Intake<Uint8Array, ChunkQueue>, chunk: string): void =>
    intake.putBack((queue) => queue.unshift(bytes(chunk)));

  test('comes first, and wakes a read that waits', async () => {
    const bench = new Bench();
    bench.comes('b');
    back(bench.intake, 'a');
    expect(await bench.intake.read(exactly, 2, undefined)).toBe('ab');
    const waiting = bench.intake.read(exactly, 3, undefined);
    bench.comes('d');
    back(bench.intake, 'c');
    expect(await state(waiting)).toBe('pending');
    back(bench.intake, 'x');
    expect(await waiting).toBe('xcd');
  });

  test('from inside `each` it comes next, before what is queued', async () => {
    const bench = new Bench();
    const seen: string[] = [];
    const done = bench.intake.consume((chunk) => {
      seen.push(text(chunk));
      if (seen.length === 1) back(bench.intake, 'again');
    }, undefined);
    bench.comes('first', 'second');
    bench.intake.end();
    await done;
    expect(seen).toEqual(['first', 'again', 'second']);
  });

  test('wakes a consumer that waits, without re-entering anything', async () => {
    const bench = new Bench();
    const seen: string[] = [];
    void bench.intake.consume((chunk) => void seen.push(text(chunk)), undefined);
    back(bench.intake, 'pushed');
    bench.comes('next');
    expect(seen).toEqual([]);
    await settle();
    expect(seen).toEqual(['pushed', 'next']);
  });

  test('is there to read after the end, and refused after a refusal', async () => {
    const bench = new Bench();
    bench.intake.end();
    back(bench.intake, 'rest');
    expect(await bench.intake.read(one, 9, undefined)).toBe('rest');
    bench.intake.refuse(broken);
    expect(() => back(bench.intake, 'x')).toThrow(TransportError);
  });
});

describe('Intake.consume()', () => {
  test('never re-enters `each`, keeps the order, and the end waits for the last step', async () => {
    await repeat(20, async ({ int }) => {
      const bench = new Bench();
      const sent: string[] = [];
      const seen: string[] = [];
      let depth = 0;
      const done = bench.intake.consume((chunk) => {
        expect(depth).toBe(0);
        seen.push(text(chunk));
        const turns = int(4);
        if (turns === 0) return undefined;
        depth += 1;
        const wait = async (): Promise<void> => {
          for (let i = 0; i < turns; i += 1) await settle();
          depth -= 1;
        };
        return wait();
      }, undefined);
      for (let i = 0; i < 20; i += 1) {
        sent.push(String(i));
        bench.comes(String(i));
        if (int(2) === 0) await settle();
      }
      bench.intake.end();
      await done;
      expect(depth).toBe(0);
      expect(seen).toEqual(sent);
    });
  });

  test('a failure waits for the pending step and for what was queued behind it', async () => {
    const bench = new Bench();
    const step = Promise.withResolvers<void>();
    const seen: string[] = [];
    const done = failure(
      bench.intake.consume((chunk) => {
        seen.push(text(chunk));
        return seen.length === 1 ? step.promise : undefined;
      }, undefined),
    );
    bench.comes('a', 'b');
    bench.intake.end(broken);
    expect(await state(done)).toBe('pending');
    expect(seen).toEqual(['a']);
    step.resolve();
    expect(await done).toMatchObject({ code: 'ECONNRESET' });
    expect(seen).toEqual(['a', 'b']);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no more');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no more'))],
  ])('when `each` %s, consume fails with that and later chunks stay unread', async (_how, fail) => {
    const bench = new Bench();
    let calls = 0;
    const done = failure(
      bench.intake.consume(() => {
        calls += 1;
        return fail();
      }, undefined),
    );
    bench.comes('a', 'b');
    expect(await done).toMatchObject({ message: 'no more' });
    expect(calls).toBe(1);
    expect(await bench.intake.read(one, 9, undefined)).toBe('b');
  });

  test('what `each` returns besides promises means nothing', async () => {
    const bench = new Bench();
    const seen: Uint8Array[] = [];
    const each = (chunk: Uint8Array): undefined => seen.push(chunk) as unknown as undefined;
    const done = bench.intake.consume(each, undefined);
    bench.comes('a', 'b');
    const nothing = bench.intake.queue.size;
    bench.intake.end();
    await done;
    expect([seen.length, nothing]).toEqual([2, 0]);
    await bench.intake.consume(() => null as unknown as undefined, undefined);
  });

  test('a hostile thenable cannot throw into the driver, nor resume twice', async () => {
    const bench = new Bench();
    // oxlint-disable-next-line unicorn/no-thenable -- it is what this is about
    const thenable = (then: (resolve: () => void) => void): object => ({ then });
    const thenables = [
      thenable(() => {
        throw new Error('from then');
      }),
      thenable((resolve) => {
        resolve();
        resolve();
      }),
    ];
    const done = failure(bench.intake.consume(() => thenables.pop() as unknown as Promise<void>, undefined));
    bench.comes('a', 'b', 'c');
    expect(await done).toMatchObject({ message: 'from then' });
    expect(await bench.intake.read(one, 9, undefined)).toBe('c');
  });

  test('gives what is queued, but never from inside the call', async () => {
    const bench = new Bench();
    bench.comes('a', 'b');
    bench.intake.end();
    const seen: string[] = [];
    const done = bench.intake.consume((chunk) => void seen.push(text(chunk)), undefined);
    expect(seen).toEqual([]);
    await done;
    expect(seen).toEqual(['a', 'b']);
  });

  test('wants more after every step that was waited for', async () => {
    const bench = new Bench();
    void bench.intake.consume(() => Promise.resolve(), undefined);
    const before = bench.wanted;
    bench.comes('a');
    await settle();
    expect(bench.wanted).toBeGreaterThan(before);
  });

  test('the deadline is the longest silence; a pending step is no silence', async () => {
    const bench = new Bench();
    const step = Promise.withResolvers<void>();
    const each = (chunk: Uint8Array) => (text(chunk) === 'slow' ? step.promise : undefined);
    const done = failure(bench.intake.consume(each, { timeoutMs: 100 }));
    await bench.clock.advance(90);
    bench.comes('a');
    await bench.clock.advance(90);
    bench.comes('slow');
    await bench.clock.advance(10_000);
    expect(await state(done)).toBe('pending');
    step.resolve();
    await bench.clock.advance(99);
    expect(await state(done)).toBe('pending');
    await bench.clock.advance(1);
    expect(await done).toMatchObject({ code: 'ERR_TIMEOUT', reason: 'timed out after 100 ms' });
    expect(bench.clock.pending).toBe(0);
  });

  test('a cancelled consume leaves what comes for the next reader, whatever becomes of its step', async () => {
    const bench = new Bench();
    const controller = new AbortController();
    const step = Promise.withResolvers<void>();
    const each = vi.fn(() => step.promise);
    const done = failure(bench.intake.consume(each, { signal: controller.signal }));
    bench.comes('a', 'b');
    controller.abort('enough');
    expect(await done).toBe('enough');
    const next = await bench.intake.read(one, 9, undefined);
    // An unhandled rejection would fail the run.
    step.reject(new Error('nobody listens'));
    await settle();
    expect([next, each.mock.calls.length]).toEqual(['b', 1]);
  });

  test('needs a function', async () => {
    const { intake } = new Bench();
    expect(await failure(intake.consume(undefined as unknown as () => undefined, undefined))).toBeInstanceOf(TypeError);
  });
});

describe('Intake.interrupt()', () => {
  test('fails the read under way and goes on', async () => {
    const bench = new Bench();
    const read = failure(bench.intake.read(one, 9, undefined));
    bench.intake.interrupt('refused');
    expect(await read).toBe('refused');
    bench.comes('a');
    expect(await bench.intake.read(one, 9, undefined)).toBe('a');
  });

  test('waits for a reader, behind what is queued, and is told once', async () => {
    const bench = new Bench();
    bench.comes('a');
    bench.intake.interrupt('refused');
    bench.intake.interrupt('again');
    expect(await bench.intake.read(one, 9, undefined)).toBe('a');
    expect(await failure(bench.intake.read(one, 9, undefined))).toBe('refused');
    expect(bench.intake.tryRead(one, 9)).toBeUndefined();
  });

  test('waits for a pending step of consume, and for what is queued behind it', async () => {
    const bench = new Bench();
    const step = Promise.withResolvers<void>();
    const seen: string[] = [];
    const done = failure(
      bench.intake.consume((chunk) => {
        seen.push(text(chunk));
        return step.promise;
      }, undefined),
    );
    bench.comes('a', 'b');
    bench.intake.interrupt('refused');
    expect(await state(done)).toBe('pending');
    step.resolve();
    expect(await done).toBe('refused');
    expect(seen).toEqual(['a', 'b']);
  });
});

describe('Intake.refuse()', () => {
  test('drops what is queued, fails the reader, and every later one', async () => {
    const bench = new Bench();
    bench.comes('a');
    const done = failure(bench.intake.consume(() => new Promise(() => undefined), undefined));
    await settle();
    bench.comes('b');
    bench.intake.refuse(broken);
    expect(await done).toMatchObject({ code: 'ECONNRESET' });
    expect(bench.intake.queue.size).toBe(0);
    expect(await failure(bench.intake.read(one, 9, undefined))).toMatchObject({ code: 'ECONNRESET' });
    expect(() => bench.intake.tryRead(one, 9)).toThrow(TransportError);
  });
});
