import { boundaryChecks } from './boundaries.ts';
import type { DatagramCheck, UnixDatagramCheck } from './datagram-context.ts';
import { cappedCheck, floodCheck, wholeCheck } from './flood.ts';
import { manyChecks } from './many.ts';
import { closingCheck, peerChecks } from './peers.ts';
import { unixChecks } from './unix-names.ts';

/** What every datagram driver of an IP network promises, as data: run each over sockets of your own. They have no direction. */
export const datagramChecks: readonly DatagramCheck[] = [
  ...boundaryChecks,
  wholeCheck,
  ...peerChecks,
  closingCheck,
  floodCheck,
  cappedCheck,
  ...manyChecks,
];

/** What every driver of Unix datagrams promises: those of above that are not about losing, and names. */
export const unixDatagramChecks: readonly UnixDatagramCheck[] = [
  ...boundaryChecks,
  wholeCheck,
  closingCheck,
  cappedCheck,
  ...unixChecks,
];
