/**
 * The conformance suites of @stack, as data, for any driver: named checks, fixtures, and what runs one over the other.
 *
 * @module
 */
export type { CheckContext, CheckRun, Fixture } from './check-context.ts';
export { type Cap, type Check, type Direction, directions } from './check.ts';
export { datagramChecks, unixDatagramChecks } from './datagram/datagram-checks.ts';
export type {
  DatagramCheck,
  DatagramContext,
  Lan,
  UnixDatagramCheck,
  UnixDatagramContext,
} from './datagram/datagram-context.ts';
export { datagramFixture, type DatagramFixtureInit } from './datagram/datagram-fixture.ts';
export { networkDatagramFixture } from './datagram/network-datagram-fixture.ts';
export { unixDatagramFixture, type UnixDatagramFixtureInit } from './datagram/unix-datagram-fixture.ts';
export { dialChecks } from './dial/dial-checks.ts';
export type { BadPlace, DialCheck, DialContext, Names, OpenPlace, Place } from './dial/dial-context.ts';
export { dialFixture, type DialFixtureInit } from './dial/dial-fixture.ts';
export { type Random, seededRandom } from './random.ts';
export { checkName, type CheckRecord, type CheckResult, freshSeed, runCheck, type RunOptions } from './run-check.ts';
export { type Selection, selection } from './selection.ts';
export { streamChecks } from './stream/stream-checks.ts';
export type { CloggedEnds, Ends, StreamCheck, StreamContext } from './stream/stream-context.ts';
export { networkFixture, streamFixture, type StreamFixtureInit, type StreamPair } from './stream/stream-fixture.ts';
