import { pythonArguments, pythonPath } from './python.ts';

/** A wire that loses, delays and repeats UDP over IPv4. */
export interface BadWire {
  /** The names of its ends, at most 15 bytes each. */
  readonly ends: readonly [string, string];
  readonly seed: number;
  /** In per cent of what is sent. */
  readonly lost: number;
  readonly late: number;
  readonly twice: number;
}

/** What happened to what was sent into one end. */
export interface WireCounts {
  readonly sent: number;
  readonly lost: number;
  readonly late: number;
  readonly twice: number;
}

/**
 * The command that makes a wire, as two network devices where it runs; it needs to be root, and `/dev/net/tun`. It says
 * `ready`, and for every line that it reads the `WireCounts` of both ends. @throws {Error} where there is no Python
 */
export const badWireCommand = ({ ends, seed, lost, late, twice }: BadWire): readonly [string, ...string[]] => [
  pythonPath(),
  ...pythonArguments('bad_wire.py', [...ends, seed, lost, late, twice].map(String)),
];
