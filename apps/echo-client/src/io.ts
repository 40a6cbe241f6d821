import type { Readable, Writable } from 'node:stream';
import type { Network } from '@stack/transport';

/** What a run reads, writes and dials through: a process gives its own streams and the system's network. */
export interface Io {
  /** Raw bytes, or a terminal. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  readonly network: Network;
}
