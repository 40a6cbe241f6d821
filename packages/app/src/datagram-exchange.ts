import type { Datagram, Step } from '@stack/transport';
import { abortReason } from './abort-reason.ts';
import type { EndHow } from './end.ts';
import { MemorySink } from './memory-sink.ts';
import type { Protocol } from './protocol.ts';
import { afterStep } from './step.ts';

/** The whole life of a protocol over one datagram: open, receive, end, close. */
export class DatagramExchange<State> {
  readonly #protocol: Protocol<State>;
  readonly #question: Datagram;
  readonly #send: (answer: Uint8Array) => void;
  readonly #sink: MemorySink;
  readonly #state: State;
  #isClosed = false;

  /** @param markBytes - past so many bytes the sink is full: more would be held back anyway */
  constructor(protocol: Protocol<State>, question: Datagram, markBytes: number, send: (answer: Uint8Array) => void) {
    this.#protocol = protocol;
    this.#question = question;
    this.#send = send;
    this.#sink = new MemorySink(markBytes, 'stop');
    this.#state = protocol.open(this.#sink, question.from);
  }

  run(): Step {
    try {
      const received = this.#sink.isOpen
        ? this.#protocol.receive(this.#question.data, this.#sink, this.#state)
        : undefined;
      const step = afterStep(
        afterStep(received, () => this.#end()),
        () => this.#answer(),
      );
      return step?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #end(): Step {
    return this.#sink.isOpen ? this.#protocol.end?.(this.#sink, this.#state) : undefined;
  }

  #answer(): void {
    if (this.#sink.aborted !== undefined) throw abortReason(this.#protocol.name, this.#sink.aborted.reason);
    if (!this.#sink.untouched) this.#send(this.#sink.take());
    this.#close('finished');
  }

  #fail(error: unknown): never {
    if (!this.#isClosed) this.#close('aborted', error);
    throw error;
  }

  #close(how: EndHow, error?: unknown): void {
    this.#isClosed = true;
    this.#sink.end();
    this.#protocol.close?.(this.#state, how, error);
  }
}
