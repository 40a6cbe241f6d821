import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onCore } from './pinning.ts';
import type { Memory, Order } from './subjects/control.ts';

/** Which program is measured: the raw one, or ours with its way to read. */
export type Side = { readonly program: 'raw' } | { readonly program: 'layered'; readonly way: string };

/** A program under test, in a process of its own. */
export class Subject implements Disposable {
  readonly #child: ChildProcess;
  readonly pid: number;

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
  }

  static start(side: Side): Subject {
    const file = join(import.meta.dirname, 'subjects', `${side.program}.ts`);
    const args = ['--expose-gc', file, ...(side.program === 'layered' ? [side.way] : [])];
    const child = spawn(...onCore('subject', process.execPath, args), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    if (child.pid === undefined) throw new Error(`Cannot start ${file}`);
    return new Subject(child, child.pid);
  }

  /** Listens, and tells the port. */
  async listen(): Promise<number> {
    return (await this.#tell({ do: 'listen' })) as number;
  }

  async dial(port: number, connections: number): Promise<void> {
    await this.#tell({ do: 'dial', port, connections });
  }

  async measure(): Promise<Memory> {
    return (await this.#tell({ do: 'measure' })) as Memory;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }

  async #tell(order: Order): Promise<unknown> {
    const over = new AbortController();
    const died = once(this.#child, 'exit', { signal: over.signal }).then(() => {
      throw new Error('Cannot measure: the program under test ended');
    });
    died.catch(() => undefined);
    try {
      const answered = once(this.#child, 'message', { signal: over.signal });
      this.#child.send(order);
      const [answer] = (await Promise.race([answered, died])) as [unknown];
      return answer;
    } finally {
      over.abort();
    }
  }
}
