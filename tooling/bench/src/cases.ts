import type { Load } from './load.ts';

/** A case that compares processor time a message. */
export interface BusyCase {
  readonly kind: 'busy';
  readonly name: string;
  readonly title: string;
  /** How our side reads. */
  readonly way: string;
  readonly load: Load;
  /** The median ratio to raw sockets that counts as met. */
  readonly mark: number;
  /** How far the median latency may be above that of raw sockets. */
  readonly p50WithinUs?: number;
}

/** A case that compares memory a connection. */
export interface IdleCase {
  readonly kind: 'idle';
  readonly name: string;
  readonly title: string;
  readonly way: string;
  readonly load: Load;
  readonly mark: number;
}

export type Case = BusyCase | IdleCase;

const echo = (connections: number, messageBytes: number): Load => ({ mode: 'echo', connections, messageBytes });

/** Everything that is measured, in the order of the table. */
export const cases: readonly Case[] = [
  {
    kind: 'busy',
    name: 'consume',
    title: '64 B on 50 connections, consume and trySend',
    way: 'consume',
    load: echo(50, 64),
    mark: 0.98,
  },
  {
    kind: 'busy',
    name: 'recv',
    title: '64 B on 50 connections, recv and send',
    way: 'recv',
    load: echo(50, 64),
    mark: 1.18,
  },
  {
    kind: 'busy',
    name: 'iterate',
    title: '64 B on 50 connections, for await and send',
    way: 'iterate',
    load: echo(50, 64),
    mark: 1.3,
  },
  {
    kind: 'busy',
    name: 'one',
    title: '64 B on 1 connection, consume',
    way: 'consume',
    load: echo(1, 64),
    mark: 1.05,
    p50WithinUs: 5,
  },
  {
    kind: 'busy',
    name: 'thousand',
    title: '64 B on 1,000 connections, consume',
    way: 'consume',
    load: echo(1_000, 64),
    mark: 1.1,
  },
  {
    kind: 'busy',
    name: 'chunks',
    title: '64 KiB on 8 connections, consume',
    way: 'consume',
    load: echo(8, 65_536),
    mark: 1.1,
  },
  {
    kind: 'busy',
    name: 'connect',
    title: 'connect, echo 64 B, close; 32 at a time',
    way: 'consume',
    load: { mode: 'connect', connections: 32, messageBytes: 64 },
    mark: 1.15,
  },
  {
    kind: 'busy',
    name: 'outbound',
    title: '64 B on 50 connections that we dialled, consume',
    way: 'consume',
    load: { mode: 'accept', connections: 50, messageBytes: 64 },
    mark: 0.76,
  },
  {
    kind: 'idle',
    name: 'idle',
    title: '10,000 idle connections in consume, after one echo',
    way: 'consume',
    load: { mode: 'hold', connections: 10_000, messageBytes: 64 },
    mark: 1.4,
  },
  {
    kind: 'idle',
    name: 'parked',
    title: '10,000 idle connections parked in recv, after one echo',
    way: 'recv',
    load: { mode: 'hold', connections: 10_000, messageBytes: 64 },
    mark: 1.9,
  },
];
