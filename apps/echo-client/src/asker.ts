/** Someone to ask: a server behind a connection or a datagram socket. */
export interface Asker {
  /** Sends a question and waits for its answer; `null` when the server has finished instead. */
  ask(question: Uint8Array): Promise<Uint8Array | null>;
  /**
   * Aborts once the server has left, also while nobody asks. The reason is `null` when it finished, else the error that
   * broke the connection.
   */
  readonly left: AbortSignal;
}
