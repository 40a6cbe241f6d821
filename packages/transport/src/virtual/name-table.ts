import { hostAddress, inet } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import { TransportError } from '../contract/errors.ts';
import type { Op } from '../contract/op.ts';

/** How a look-up fails: there is no such name; no name server answers; it answers with a failure. */
export type NameFailure = 'ENOTFOUND' | 'EAI_AGAIN' | 'EAI_FAIL';

/** What a name server says: addresses, in the order they are tried, or why there are none. */
export type NameAnswer = readonly string[] | NameFailure;

interface NameRecord {
  readonly answer: NameAnswer;
  readonly delayMs: number;
}

const failures: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'] satisfies readonly NameFailure[];

const checked = (answer: NameAnswer): NameAnswer => {
  if (typeof answer !== 'string') return answer.map((host) => inet(host, 0).host);
  if (failures.includes(answer)) return answer;
  throw new RangeError(`a name answers with a list of addresses or ${failures.join(', ')}, not "${String(answer)}"`);
};

/** The names of a network, and what they answer. */
export class NameTable {
  readonly #clock: Clock;
  readonly #records = new Map<string, NameRecord>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.set('localhost', ['127.0.0.1'], 0);
  }

  set(name: string, answer: NameAnswer, delayMs: number): void {
    if (!(delayMs >= 0)) throw new RangeError(`delayMs must be 0 or more, not ${delayMs}`);
    this.#records.set(hostAddress(name, 0).host, { answer: checked(answer), delayMs });
  }

  async resolve(host: string, { signal }: Op): Promise<readonly string[]> {
    const { answer, delayMs } = this.#records.get(host) ?? { answer: 'ENOTFOUND', delayMs: 0 };
    if (delayMs > 0) await this.#delay(delayMs, signal);
    if (typeof answer !== 'string') return answer;
    throw new TransportError({ code: answer, op: 'resolve', at: host });
  }

  /** Waits, and leaves no timer behind when it is called off. */
  #delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}
