/**
 * What a stream driver can do.
 *
 * - `pause`: reading can be stopped, so that the peer is pushed back
 * - `halfClose`: one direction can be finished while the other goes on
 * - `reset`: an abort reaches the peer as a reset, not as an end
 * - `secure`: TLS can be started in place
 * - `peerName`: `remote` names the peer
 */
export type StreamCap = 'pause' | 'halfClose' | 'reset' | 'secure' | 'peerName';

/**
 * What a backend can do.
 *
 * - `stream`: listen and connect; `datagram`: bind and connect datagram sockets
 * - `pauseAccept`: the kernel can be told to stop completing connections
 * - `tls`: its streams can be secured
 * - `inherited`: takes over sockets that are open already, by their descriptors
 */
export type Capability = 'stream' | 'datagram' | 'pauseAccept' | 'tls' | 'inherited';
