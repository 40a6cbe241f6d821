import { Readable, Writable } from 'node:stream';
import { type Network, system } from '@stack/transport';
import { run } from './run.ts';

/** What a run that is no process of its own reads. */
export interface CapturedOptions {
  /** Standard input, in the chunks it comes in. Default nothing. */
  readonly input?: string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly network?: Network;
}

/** What a run has said. */
export interface CapturedRun {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

class Gatherer extends Writable {
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

/** Runs the program within this process, without a terminal. */
export const capturedRun = async (
  argv: readonly string[],
  { input = [], network = system }: CapturedOptions = {},
): Promise<CapturedRun> => {
  const stdout = new Gatherer();
  const stderr = new Gatherer();
  const stdin = Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input, { objectMode: false });
  const code = await run(argv, { stdin, stdout, stderr, network });
  return { code, stdout: Buffer.concat(stdout.chunks), stderr: Buffer.concat(stderr.chunks).toString() };
};
