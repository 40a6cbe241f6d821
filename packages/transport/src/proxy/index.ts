export { encodeProxyHeader, type ProxyHeaderInit } from './encode.ts';
export {
  decodeProxyHeader,
  proxyDecoder,
  type DecodedProxyHeader,
  type ProxyDecoder,
  type ProxyDecoderOptions,
} from './decoder.ts';
export type { ProxyDetails, ProxyHeader, ProxyItem, ProxyTls } from './header.ts';
export { recvProxyHeader, type RecvProxyHeaderOptions } from './recv-header.ts';
