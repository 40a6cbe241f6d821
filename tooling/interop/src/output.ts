/** What a program has written to one of its outputs so far. */
export interface Output {
  /** Everything, as UTF-8 text. */
  readonly text: string;
  /** Everything. */
  readonly bytes: Buffer;
  /**
   * Waits for the next line that was not asked for yet and gives it without its line end; `null` when the output ended
   * before (a last line without its end is given first).
   */
  line(): Promise<string | null>;
  /** Waits until `text` has come, in a line that may not have ended yet. @throws {Error} when the output ended before */
  shows(text: string): Promise<void>;
}

/** Gathers an output as it comes. */
export class OutputGatherer implements Output {
  readonly #chunks: Buffer[] = [];
  readonly #waiting: ((line: string | null) => void)[] = [];
  readonly #lines: string[] = [];
  #watching: (() => boolean)[] = [];
  #rest: Buffer[] = [];
  #ended = false;

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  line(): Promise<string | null> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  shows(text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const isOver = (): boolean => {
      const isShown = this.text.includes(text);
      if (isShown) resolve();
      else if (this.#ended)
        reject(new Error(`Cannot wait for ${JSON.stringify(text)}: the output ended: ${this.text}`));
      return isShown || this.#ended;
    };
    if (!isOver()) this.#watching.push(isOver);
    return promise;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#watch();
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      this.#rest.push(rest.subarray(0, end));
      this.#giveRest();
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.#rest.push(rest);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watch();
    if (this.#rest.length > 0) this.#giveRest();
    for (const resolve of this.#waiting.splice(0)) resolve(null);
  }

  #watch(): void {
    this.#watching = this.#watching.filter((isOver) => !isOver());
  }

  #giveRest(): void {
    const line = Buffer.concat(this.#rest).toString();
    this.#rest = [];
    const resolve = this.#waiting.shift();
    if (resolve === undefined) this.#lines.push(line);
    else resolve(line);
  }
}
