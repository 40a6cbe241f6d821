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

/**
 * What a datagram driver can do besides sending and receiving.
 *
 * - `pause`: reading can be stopped, so that senders are held back: nothing is dropped
 * - `ttl`: the hops of what is sent can be limited; `broadcast`: it can go to everyone on a network
 * - `multicast`: groups can be joined; `sourceMulticast`: for one source only
 * - `reuseAddress`, `reusePort`, `ipv6Only`, `bufferSizes`: the options of these names (`recvBufferBytes`, `sendBufferBytes`)
 * - `kernelDrops`: the kernel tells what it dropped
 */
export type DatagramCap =
  | 'pause'
  | 'ttl'
  | 'broadcast'
  | 'multicast'
  | 'sourceMulticast'
  | 'reuseAddress'
  | 'reusePort'
  | 'ipv6Only'
  | 'bufferSizes'
  | 'kernelDrops';
