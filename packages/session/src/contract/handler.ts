import type { Address } from '@stack/address';
import type { Bytes, Connection, Datagram, Step } from '@stack/transport';
import type { Session } from './session.ts';

/**
 * What runs for one connection. When it returns, the connection is closed in order; when it throws, the connection is
 * aborted, since a finish would make a cut message look whole.
 */
export type Handler = (connection: Connection, session: Session) => Promise<void>;

/**
 * What runs for one datagram. A promise pauses this socket until it settles; datagrams that come meanwhile queue, and past
 * the queue's bound are dropped and counted. What it throws is reported and costs this datagram only.
 */
export type DatagramHandler = (datagram: Datagram, socket: ReplySocket) => Step;

/** What a datagram handler sees of its socket. */
export interface ReplySocket {
  readonly local: Address;
  /** Sends one datagram to the sender. False: it was not taken, because too many bytes wait to be sent, and is lost. */
  reply(to: Datagram, data: Bytes): boolean;
}

/** What a server does with its sources: at least one half. A source without its half is a `TypeError` at `serve()`. */
export interface Service {
  readonly stream?: Handler | undefined;
  readonly datagram?: DatagramHandler | undefined;
}
