/**
 * Network addresses as pure values: parse, format, compare.
 *
 * @module
 */
export type {
  Address,
  Endpoint,
  HostAddress,
  Inet4Address,
  Inet6Address,
  InetAddress,
  NamedAddress,
  UnixAddress,
} from './address.ts';
export { asAddress } from './as-address.ts';
export { fromBytes, toBytes } from './bytes.ts';
export { CidrSet, type CidrEntry } from './cidr-set.ts';
export { isBroadcast, isLinkLocal, isLoopback, isMulticast, isUnspecified } from './classify.ts';
export { addressKey, compareAddresses, equalAddresses } from './compare.ts';
export {
  parseEndpointOptions,
  tryParseEndpointOptions,
  type EndpointOptions,
  type OptionSchema,
  type OptionValues,
} from './endpoint-options.ts';
export { endpoint, parseEndpoint, tryParseEndpoint } from './endpoint.ts';
export { AddressError, isAddressError, type AddressErrorCode } from './errors.ts';
export { formatAddress, formatEndpoint } from './format.ts';
export { hostAddress } from './host-name.ts';
export { inet, inet4, inet6 } from './inet.ts';
export { isMapped, toMapped, unmap } from './mapped.ts';
export { named } from './named.ts';
export { durationMs, flag, octal, oneOf, text, uint, type OptionType } from './option-type.ts';
export { peerKey } from './peer-key.ts';
export { isPort, parsePort, tryParsePort } from './port.ts';
export { prefixAddresses, prefixContains } from './prefix-match.ts';
export { formatPrefix, parsePrefix, prefixOf, tryParsePrefix, type Prefix } from './prefix.ts';
export { isGlobal } from './reachability.ts';
export { isDocumentation, isPrivate, isShared, isUniqueLocal } from './reserved.ts';
export { printable } from './quote.ts';
export type { Result } from './result.ts';
export { parseSocketAddress, tryParseSocketAddress } from './socket-address.ts';
export { UNIX_PATH_MAX_BYTES, unixAbstract, unixPath, unixUnnamed } from './unix.ts';
export { ZONE_MAX_BYTES } from './zone.ts';
