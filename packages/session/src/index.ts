export type { DatagramHandler, Handler, ReplySocket, Service } from './contract/handler.ts';
export type {
  Drainable,
  DrainOptions,
  DrainReport,
  ErrorPlace,
  ServeOptions,
  Server,
  ServerExit,
  ServerSnapshot,
  ServerState,
  Source,
} from './contract/server.ts';
export type { Session, SessionRegistry } from './contract/session.ts';
export { open, type OpenOptions } from './open.ts';
export { serve } from './serve.ts';
