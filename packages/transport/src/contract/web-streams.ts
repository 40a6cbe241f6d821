/** A connection as a pair of Web Streams. Shaped as `pipeThrough` takes it: `source.pipeThrough(connection.toWeb())`. */
export interface WebStreams {
  /** What the peer sends. A byte stream, readable into buffers of one's own (BYOB), unless the unit is `'message'`. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What goes to the peer. */
  readonly writable: WritableStream<Uint8Array>;
}
