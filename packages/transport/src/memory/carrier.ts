/**
 * What brings to the far end of a connection what the near end does. In memory the far end does that itself; a network that
 * takes its time stands in between.
 */
export interface Carrier {
  /** Bytes it was given and has not taken yet: they count as queued at the near end. */
  readonly backlog: number;
  /** The next bytes, its own from now on. */
  carry(chunk: Uint8Array): void;
  /** Nothing follows what was carried. */
  carryEnd(): void;
  /** The near end dropped the connection, or something came for it after it was released. */
  carryReset(rest: Unread): void;
  /** The near end is gone: it reads no more, and what it wrote is still on its way. */
  carryRelease(): void;
  /** The near end has read so many bytes of what came the other way. */
  carryRead(bytes: number): void;
}

/** What becomes of bytes that have arrived and were not read when a connection fails: lost, or given before the failure. */
export type Unread = 'lost' | 'given';
