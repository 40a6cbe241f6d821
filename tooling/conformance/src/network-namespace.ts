import { spawnSync } from 'node:child_process';
import { nodeArguments, type Program, run, start } from '@stack/interop';

const inside = (name: string, ...command: readonly string[]): string[] => ['netns', 'exec', name, ...command];

/** Runs `ip` and gives what it said. @throws {Error} when it failed */
export const ip = (...args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
};

/** A machine of its own, as far as the network goes. Disposing of it takes it away, with what is in it. */
export class Namespace implements Disposable {
  readonly name: string;
  /** Its end of the wire, once it has one. */
  readonly device: string;
  readonly address4: string;
  readonly address6: string;

  /** @param last - the last part of its addresses, `10.77.0.x` and `fd77::x` */
  constructor(name: string, device: string, last: number) {
    this.name = name;
    this.device = device;
    this.address4 = `10.77.0.${last}`;
    this.address6 = `fd77::${last}`;
    ip('netns', 'add', name);
    this.ip('link', 'set', 'lo', 'up');
  }

  /** Runs `ip` on it. */
  ip(...args: readonly string[]): string {
    return ip('-n', this.name, ...args);
  }

  /** Gives the device its addresses, and turns it on. */
  plug(): void {
    this.ip('address', 'add', `${this.address4}/24`, 'dev', this.device);
    this.ip('address', 'add', `${this.address6}/64`, 'dev', this.device, 'nodad');
    this.ip('link', 'set', this.device, 'up');
  }

  /** Starts any program in it. */
  start(command: string, args: readonly string[]): Promise<Program> {
    return start('ip', inside(this.name, command, ...args));
  }

  /** Starts one of the programs beside this file in it. */
  program(file: string, args: readonly string[]): Promise<Program> {
    return this.start(process.execPath, nodeArguments(new URL(`programs/${file}.ts`, import.meta.url), args));
  }

  /** Runs a program of the system in it, and gives what it said. @throws {Error} when it failed */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run('ip', inside(this.name, command, ...args));
    if (code === 0) return stdout.toString();
    throw new Error(`${command} ${args.join(' ')} in ${this.name}: ${stderr.trim()}`);
  }

  [Symbol.dispose](): void {
    spawnSync('ip', ['netns', 'del', this.name]);
  }
}
