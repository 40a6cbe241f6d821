import type { Endpoint } from '@stack/address';
import type { Connection, ConnectOptions, Listener, ListenOptions, Network } from '@stack/transport';
import type { CheckContext } from '../check-context.ts';
import type { Check } from '../check.ts';

/** A listener, and how to reach it. What is dialled and accepted here is aborted when the check is over. */
export interface Place {
  readonly listener: Listener;
  /** Where it can be dialled, with a real port. */
  readonly endpoint: Endpoint;
  dial(options?: ConnectOptions): Promise<Connection>;
  /** The next connection, which must come within 5 s. */
  accept(): Promise<Connection>;
}

/** A place that is open for one attempt. */
export interface OpenPlace {
  readonly endpoint: Endpoint;
  /** Called when the attempt is over. */
  close?(): Promise<void> | void;
}

/** A place where dialling, or listening, must fail. */
export interface BadPlace {
  /** In words: `a file that is no socket`. */
  readonly what: string;
  /** The codes of which the failure must have one. */
  readonly codes: readonly string[];
  /** Makes the place. */
  open(): Promise<OpenPlace> | OpenPlace;
}

/** What a network knows of names. */
export interface Names {
  /** The scheme to use with a name and a port: `tcp`. */
  readonly scheme: string;
  /** A name of this machine: `localhost`. */
  readonly local: string;
  /** A name that nobody has: `nowhere.invalid`. */
  readonly unknown: string;
}

/** What a check of connecting and listening works with. */
export interface DialContext extends CheckContext {
  readonly network: Network;
  /** How many dials a check of many dials makes. */
  readonly dials: number;
  /** Where dialling must fail. */
  readonly notDialable: readonly BadPlace[];
  /** Where listening must fail. */
  readonly notListenable: readonly BadPlace[];
  /** Somewhere to listen where nobody is: a new place, or one with port 0. */
  endpoint(): Endpoint;
  /** Listens, at `at` or at a fresh endpoint. The listener is closed when the check is over. */
  listen(options?: ListenOptions, at?: Endpoint): Promise<Place>;
  /** Aborts the connection when the check is over. */
  keep(connection: Connection): Connection;
  /** Closes what was opened when the check is over. */
  opened(place: OpenPlace): Endpoint;
  /** A place that never answers; leaves the check out where there is none. */
  silent(): Promise<Endpoint>;
  /** What is known of names; leaves the check out where there are none. */
  names(): Names;
}

/** A promise of `Network` or `Listener`. */
export type DialCheck = Check<DialContext>;
