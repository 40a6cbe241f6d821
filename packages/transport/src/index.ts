export type { Capability, DatagramCap, StreamCap } from './contract/caps.ts';
export type { Clock } from './contract/clock.ts';
export type { CloseHow, CloseInfo, CloseOptions, Connection, ConnectionStats } from './contract/connection.ts';
export type {
  BindOptions,
  ConnectDatagramOptions,
  DatagramQueueOptions,
  GroupOptions,
} from './contract/datagram-options.ts';
export type { Datagram, DatagramPeer, DatagramSocket, Outgoing } from './contract/datagram.ts';
export type {
  Backend,
  DatagramDriver,
  DatagramEvents,
  DriverBindOptions,
  DriverConnectOptions,
  DriverKeepAlive,
  DriverListenOptions,
  DriverTlsOptions,
  ListenerDriver,
  ListenerEvents,
  Membership,
  OutgoingBytes,
  SecureDriver,
  SendReceipt,
  StreamDriver,
  StreamEvents,
} from './contract/driver.ts';
export { type OwnErrorCode } from './contract/error-codes.ts';
export type { TransportErrorKind } from './contract/error-kind.ts';
export {
  isTransportError,
  TransportError,
  type TransportErrorCode,
  type TransportErrorInit,
  type TransportOp,
} from './contract/errors.ts';
export type { Listener } from './contract/listener.ts';
export type {
  ConnectOptions,
  EndpointLike,
  KeepAliveOptions,
  ListenOptions,
  Network,
  StreamOptions,
} from './contract/network.ts';
export type { Bytes, Op, Step } from './contract/op.ts';
export type { WebStreams } from './contract/web-streams.ts';
export type {
  AskIdentity,
  Pem,
  TlsCertificate,
  TlsClientOptions,
  TlsIdentity,
  TlsInfo,
  TlsOptions,
  TlsServerOptions,
  TlsSessions,
  UpgradeTlsOptions,
} from './contract/tls.ts';
export type { PeerConnection, PeerListener, PeersOptions } from './contract/peers.ts';
export { peers } from './core/peers.ts';
export { systemClock } from './core/system-clock.ts';
export { network } from './core/network.ts';
export { tlsSessions, type TlsSessionsOptions } from './core/tls-sessions.ts';
export { system } from './system.ts';
