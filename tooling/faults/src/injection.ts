import { readFileSync } from 'node:fs';
import { type Program, start, temporaryFolder } from '@stack/interop';

/** One system call of the main thread that fails, counted from when it is armed. */
export interface Fault {
  readonly call: string;
  readonly error: string;
  /** 1 for the first call. */
  readonly nth: number;
}

/** A fault that lies in wait. Disposing of it lets the program go. */
export interface Armed extends AsyncDisposable {
  /** The call that failed, as strace writes it, with what its descriptors are; `undefined` while none has. */
  hit(): Promise<string | undefined>;
}

/** Lets one system call of a running program fail. Its other threads are left alone: sockets are the main thread's. */
export const arm = async (program: Pick<Program, 'pid'>, { call, error, nth }: Fault): Promise<Armed> => {
  const folder = temporaryFolder();
  const log = folder.file('log');
  const inject = [`trace=${call}`, `inject=${call}:error=${error}:when=${nth}`].flatMap((word) => ['-e', word]);
  const strace = await start('strace', ['-yy', '-p', String(program.pid), ...inject, '-o', log]);
  await strace.stderr.shows('attached');
  const letGo = async (): Promise<void> => {
    strace.signal('SIGTERM');
    await strace.exit;
  };
  return {
    hit: async () => {
      await letGo();
      return readFileSync(log, 'utf8')
        .split('\n')
        .find((line) => line.includes('(INJECTED)'));
    },
    [Symbol.asyncDispose]: async () => {
      await letGo();
      await strace[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
};

/** Why system calls cannot be made to fail here; `undefined` where they can. */
export const whyNotInjecting = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux') return 'strace is a thing of Linux';
  const target = await start(process.execPath, ['-e', 'process.stdin.resume()']);
  try {
    await using _ = await arm(target, { call: 'close', error: 'EINTR', nth: 1_000 });
    return undefined;
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isAbsent ? 'no strace on this machine' : 'tracing is not allowed here';
  } finally {
    await target[Symbol.asyncDispose]();
  }
};
