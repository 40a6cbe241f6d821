/**
 * Application protocols as values that know bytes only.
 *
 * @module
 */
export { attach } from './attach.ts';
export type { AttachedSession } from './attachment.ts';
export { chargen } from './chargen.ts';
export { datagramHandler, type DatagramGuardOptions, type GuardedDatagramHandler } from './datagram-handler.ts';
export { daytime } from './daytime.ts';
export { discard } from './discard.ts';
export { echo } from './echo.ts';
export type { End, EndHow } from './end.ts';
export { exchanges } from './exchanges.ts';
export { framed, type Framed } from './framed/framed.ts';
export { framedProtocol, type FramedHooks, type FramedSink } from './framed/framed-protocol.ts';
export { RequestError, type RequestErrorCode } from './framed/request-error.ts';
export { type Matching, requests, type Requests, type RequestsOptions } from './framed/requests.ts';
export { handler } from './handler.ts';
export type { DatagramRules, Protocol } from './protocol.ts';
export { service, type ProtocolService } from './service.ts';
export type { Sink } from './sink.ts';
export { time } from './time.ts';
export { transcript, type Transcript, type TranscriptOptions } from './transcript.ts';
export { upperUtf8 } from './upper/upper-utf8.ts';
export { upper } from './upper/upper.ts';
