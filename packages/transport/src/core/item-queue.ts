/** What an intake keeps until it is asked for: chunks of a stream, or datagrams. */
export interface ItemQueue<T> {
  /** 0: empty. */
  readonly size: number;
  push(item: T): void;
  shift(): T | undefined;
  clear(): void;
}

/** One way to read: when it can be answered, and with what. Kept as constants, so that a read makes no closure. */
export interface ReadKind<Q, Argument, Result> {
  /** The queue holds enough. */
  ready(queue: Q, argument: Argument): boolean;
  take(queue: Q, argument: Argument): Result;
  /** The answer when nothing more will come; may throw. */
  atEnd(queue: Q, argument: Argument): Result;
}
