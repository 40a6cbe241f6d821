import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Answer, Requests } from './other-process-main.test-fixture.ts';

const program = fileURLToPath(new URL('./other-process-main.test-fixture.ts', import.meta.url));

/** Nobody, as systems number it. */
export const nobody = 65_534;
/** Why what only root can set up is not tested, or nothing. */
export const unlessRoot: string | undefined = process.getuid?.() === 0 ? undefined : 'only root can be another user';

/** A process of its own that does one thing after the other, as it is asked; it ends when it is disposed of, or with this one. */
export class OtherProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  /** @param before - a program and its arguments that runs it: `unshare --mount` */
  constructor(...before: readonly string[]) {
    const [command = process.execPath, ...args] = [...before, process.execPath, '--conditions=@stack/source', program];
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** What came of it: the code of the error, or what it has to tell. */
  async ask<Name extends keyof Requests>(name: Name, ...args: Requests[Name]): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify([name, ...args])}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error('the other process has ended');
    return JSON.parse(value) as Answer;
  }

  /** Sends it a signal; of one that ends it, waits until it has. */
  async signal(name: NodeJS.Signals): Promise<void> {
    const ended = name === 'SIGKILL' ? once(this.#child, 'close') : undefined;
    this.#child.kill(name);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGCONT');
    this.#child.stdin.end();
    await ended;
  }
}
