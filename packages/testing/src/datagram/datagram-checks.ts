import { boundaryChecks } from './boundaries.ts';
import type { DatagramCheck } from './datagram-context.ts';
import { peerChecks } from './peers.ts';

/** What every datagram driver promises, as data: run each over sockets of your own. They have no direction. */
export const datagramChecks: readonly DatagramCheck[] = [...boundaryChecks, ...peerChecks];
