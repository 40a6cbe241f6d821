import { nodeArguments, type Program, pythonArguments, pythonPath, start, temporaryFolder } from '@stack/interop';
import { describe, expect, test } from 'vitest';
import { arm, type Fault, whyNotInjecting } from './injection.ts';
import { withoutPeer } from './peer.ts';
import { type Kind, placeOf } from './places.ts';
import { isFull } from './scale.ts';
import type { ScenarioReport } from './subjects/system-calls.ts';

/** A hang shows as no report; a scenario in which an operation fails takes its deadlines, 2 seconds each. */
const deadlineMs = 20_000;
/** In full every call of a scenario fails once, some dozens of each kind; otherwise the first. */
const mostCalls = isFull ? 100 : 1;

const failing = ['ENOMEM', 'ENOBUFS', 'EINTR'] as const;
/** What is made to fail, and how. */
const calls: Readonly<Record<string, readonly string[]>> = {
  socket: ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'],
  accept4: ['EMFILE', 'ENFILE', 'ECONNABORTED', ...failing],
  connect: failing,
  write: failing,
  writev: failing,
  read: failing,
  shutdown: ['ENOBUFS'],
};

/** How the event loop watches descriptors: Node gives its changes to the kernel one by one, or through an io_uring. */
const watching = ['io_uring_enter', 'epoll_ctl'] as const;
type Watching = (typeof watching)[number];

interface Subject extends AsyncDisposable {
  readonly program: Program;
  /** Runs the scenario; `undefined` when nothing comes of it, because the program is dead or hangs. */
  scenario(): Promise<ScenarioReport | undefined>;
}

const startSubject = async (kind: Kind, how: Watching): Promise<Subject> => {
  // Where it crashes on purpose, it may leave a core file.
  const folder = temporaryFolder();
  const place = placeOf(kind);
  const file = new URL('subjects/system-calls.ts', import.meta.url);
  const node = nodeArguments(file, [JSON.stringify({ listen: place.endpoint })]);
  const launcher = new URL('../python/without_io_uring.py', import.meta.url).href;
  const program =
    how === 'io_uring_enter'
      ? await start(process.execPath, node, { cwd: folder.path })
      : await start(pythonPath(), pythonArguments(launcher, [process.execPath, ...node]), { cwd: folder.path });
  await program.nextLine();
  return {
    program,
    scenario: async () => {
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => late.resolve(undefined), deadlineMs);
      await program.write('once more\n');
      const line = await Promise.race([program.stdout.line(), late.promise]);
      clearTimeout(timer);
      return line === undefined || line === null ? undefined : (JSON.parse(line) as ScenarioReport);
    },
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]();
      place[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
};

const whole: ScenarioReport = { listening: 'ok', rounds: ['ok', 'ok', 'ok'], left: [] };

/** Whether the call was one of ours: of a socket, or of what watches sockets. The rest is Node's own, or its standard input. */
const isOurs = (hit: string): boolean =>
  !/^\w+\([012]</.test(hit) &&
  (hit.startsWith('socket(') || /<(TCP|UNIX|UNIX-STREAM|anon_inode:\[(eventpoll|io_uring)\])[:>]/.test(hit));

/**
 * What libuv answers with abort(): a descriptor that cannot be watched. Nobody above it gets a say. (Ceasing to watch may
 * fail: the descriptor is closed next.)
 */
const isFatal = (hit: string): boolean =>
  (/^epoll_ctl\(.*EPOLL_CTL_(ADD|MOD)/.test(hit) || hit.startsWith('io_uring_enter(')) &&
  // A call that was interrupted is made again, but for epoll_ctl, of which no kernel says so.
  !(hit.startsWith('io_uring_enter(') && hit.includes('EINTR'));

/** Out of descriptors, libuv accepts with a spare one what it then closes, and opens another spare: of the root folder. */
const spareDescriptor = /^1 descriptors \(\d+ \/\)$/;

/** One connection may fail, in our words, and the next one works. */
const expectToSurvive = ({ listening, rounds, left }: ScenarioReport, what: string): void => {
  const failed = [listening, ...rounds].filter((outcome) => outcome !== 'ok');
  expect(failed.length, `${what}: ${failed.join()}`).toBeLessThanOrEqual(1);
  for (const outcome of failed) expect(outcome, what).toMatch(/^((connect|accept|exchange) )?E[A-Z_]+$/);
  expect(
    left.filter((held) => !spareDescriptor.test(held)),
    what,
  ).toEqual([]);
};

/** What must come of a call of ours that failed. */
const judge = async ({ program }: Subject, hit: string, report: ScenarioReport | undefined): Promise<void> => {
  if (isFatal(hit)) {
    expect(report, hit).toBeUndefined();
    expect(await program.exit, hit).toMatchObject({ signal: 'SIGABRT' });
  } else if (report === undefined) {
    throw new Error(`No report within ${deadlineMs} ms of ${hit}: ${program.stderr.text}`);
  } else {
    expectToSurvive(report, hit);
  }
};

/** Lets the calls of a scenario fail, one in each; gives how many of them were ours, of each error. */
const sweep = async (kind: Kind, how: Watching, call: string, errors: readonly string[]): Promise<number[]> => {
  let subject = await startSubject(kind, how);
  const failOne = async (fault: Fault): Promise<string | undefined> => {
    await using armed = await arm(subject.program, fault);
    const report = await subject.scenario();
    const hit = await armed.hit();
    if (hit !== undefined && isOurs(hit)) await judge(subject, hit, report);
    if (report === undefined) {
      await subject[Symbol.asyncDispose]();
      subject = await startSubject(kind, how);
    }
    return hit;
  };
  const failAll = async (error: string): Promise<number> => {
    let ours = 0;
    for (let nth = 1; ours < mostCalls; nth += 1) {
      const hit = await failOne({ call, error, nth });
      if (hit === undefined) break;
      if (isOurs(hit)) ours += 1;
      expect(await subject.scenario(), `after ${hit}`).toEqual(whole);
    }
    return ours;
  };
  try {
    // Once without, so that everything is loaded.
    expect(await subject.scenario()).toEqual(whole);
    const counts: number[] = [];
    for (const error of errors) counts.push(await failAll(error));
    return counts;
  } finally {
    await subject[Symbol.asyncDispose]();
  }
};

const why = withoutPeer ?? (await whyNotInjecting());
/** What lies below is the same for every kind with a port, and for every kind with a name. */
const tried: readonly Kind[] = isFull ? ['tcp4', 'unix'] : ['tcp4'];

describe.skipIf(why !== undefined)(`F22${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  for (const kind of tried) {
    for (const [call, errors] of Object.entries(calls)) {
      test(`${call} over ${kind} fails with ${errors.join(', ')}: it is told or tried again, and the next one works`, async () => {
        const counts = await sweep(kind, 'io_uring_enter', call, errors);
        expect(Math.min(...counts)).toBeGreaterThan(0);
      });
    }

    for (const how of watching) {
      test(`${how} over ${kind} fails with ${failing.join(', ')}: Node itself aborts, or nothing is lost`, async ({
        skip,
      }) => {
        const counts = await sweep(kind, how, how, failing);
        if (Math.max(...counts) === 0) skip('this Node does not watch descriptors so');
      });
    }
  }
});
