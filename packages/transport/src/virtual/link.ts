/**
 * Whether a link carries anything.
 *
 * - `up`: it does
 * - `cut`: what is sent vanishes. Streams send it again until the link is up, or until they give up; datagrams are lost
 * - `refused`: new connections and datagrams are refused, as by a firewall; connections that stand go on
 * - `unreachable`: as `cut`, but whoever dials or sends a datagram is told: `EHOSTUNREACH`
 */
export type LinkState = 'up' | 'cut' | 'refused' | 'unreachable';

/** What becomes of a connection that has carried `limitBytes`: both ends see a reset; the reader sees an end; nobody sees anything. */
export type AtLimit = 'reset' | 'end' | 'silence';

/** One direction between two places, as plain data. Bandwidth, window and limit are those of each connection by itself. */
export interface Link {
  /** Default `up`. */
  readonly state: LinkState;
  /** Milliseconds one way; 0.001 at least, so that time goes on whatever is exchanged. Default 0.1. */
  readonly latencyMs: number;
  /** Up to so many more, anew for each segment; streams and datagrams keep their order. Default 0. */
  readonly jitterMs: number;
  /** What the sender's line takes a second. Default `Infinity`. */
  readonly bytesPerSecond: number;
  /**
   * Bytes of a stream between the two programs, in flight and unread: past it the writer is held back. 0 shuts it: a reader
   * that stalls. The reader's progress takes its latency back to the writer. Default 65,536.
   */
  readonly windowBytes: number;
  /**
   * Cuts streams into segments of 1 to so many bytes, small ones as likely as large ones, and joins what arrives together
   * now and then. Default `Infinity`: segments are as they were written.
   */
  readonly maxSegmentBytes: number;
  /** Milliseconds by which the end of a stream is late. Default 0. */
  readonly lateEndMs: number;
  /** Of each connection: the byte after so many never arrives. Default `Infinity`. */
  readonly limitBytes: number;
  /** What happens then. Default `reset`. */
  readonly atLimit: AtLimit;
  /** How many datagrams are lost, from 0 to 1. Default 0. */
  readonly lossRate: number;
  /** How many datagrams arrive twice, from 0 to 1. Default 0. */
  readonly duplicateRate: number;
  /** How many datagrams are held up, so that later ones overtake them, from 0 to 1. Default 0. */
  readonly reorderRate: number;
  /** Milliseconds by which they are held up, at most. Default 10. */
  readonly reorderMs: number;
  /** A longer datagram cannot be sent: `EMSGSIZE`. Default 65,507, what UDP over IPv4 carries. */
  readonly maxDatagramBytes: number;
  /** A longer datagram arrives without its rest, marked as truncated. Default `Infinity`. */
  readonly truncateBytes: number;
}

/** What to change of a link; what is left out stays as it is. */
export type LinkOptions = { readonly [Name in keyof Link]?: Link[Name] | undefined };

/** A link of a calm network. */
export const calm: Link = {
  state: 'up',
  latencyMs: 0.1,
  jitterMs: 0,
  bytesPerSecond: Infinity,
  windowBytes: 65_536,
  maxSegmentBytes: Infinity,
  lateEndMs: 0,
  limitBytes: Infinity,
  atLimit: 'reset',
  lossRate: 0,
  duplicateRate: 0,
  reorderRate: 0,
  reorderMs: 10,
  // 65,535 less the headers of IP and UDP (RFC 768, RFC 791).
  maxDatagramBytes: 65_507,
  truncateBytes: Infinity,
};

/** Everything takes this long at least: else two that answer each other would stop the clock. */
const leastMs = 0.001;

/** How long something is on its way over a link; `luck` is from 0 to 1. */
export const travelMs = ({ latencyMs, jitterMs }: Link, luck: number): number =>
  Math.max(leastMs, latencyMs + jitterMs * luck);

type NumberName = { [Name in keyof Link]: Link[Name] extends number ? Name : never }[keyof Link];

/** Least and most of each number; `Infinity` as the most allows it. */
const bounds: Readonly<Record<NumberName, readonly [least: number, most: number]>> = {
  latencyMs: [0, Number.MAX_VALUE],
  jitterMs: [0, Number.MAX_VALUE],
  bytesPerSecond: [1, Infinity],
  windowBytes: [0, Infinity],
  maxSegmentBytes: [1, Infinity],
  lateEndMs: [0, Number.MAX_VALUE],
  limitBytes: [0, Infinity],
  lossRate: [0, 1],
  duplicateRate: [0, 1],
  reorderRate: [0, 1],
  reorderMs: [0, Number.MAX_VALUE],
  maxDatagramBytes: [0, 65_535],
  truncateBytes: [0, Infinity],
};

const words: Readonly<Record<'state' | 'atLimit', readonly string[]>> = {
  state: ['up', 'cut', 'refused', 'unreachable'] satisfies readonly LinkState[],
  atLimit: ['reset', 'end', 'silence'] satisfies readonly AtLimit[],
};

const checkOne = (name: string, value: unknown): void => {
  if (!Object.hasOwn(calm, name)) {
    throw new TypeError(`a link has no "${name}"; it has ${Object.keys(calm).join(', ')}`);
  }
  if (name === 'state' || name === 'atLimit') {
    if (words[name].includes(String(value))) return;
    throw new RangeError(`${name} must be one of ${words[name].join(', ')}, not "${String(value)}"`);
  }
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  const [least, most] = bounds[name as NumberName];
  if (value >= least && value <= most) {
    if (!name.endsWith('Bytes') || value === Infinity || Number.isInteger(value)) return;
    throw new RangeError(`${name} must be a whole number, not ${value}`);
  }
  const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(
    `${name} must be ${most === Number.MAX_VALUE ? `finite, ${least} or more` : range}, not ${value}`,
  );
};

/** The options that say something, checked; throws a `TypeError` or `RangeError` that names what is wrong. */
export const checkLink = (options: LinkOptions): Partial<Link> => {
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of said) checkOne(name, value);
  return Object.fromEntries(said);
};
