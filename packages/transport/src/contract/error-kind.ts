/**
 * What a caller switches on. Every code maps to exactly one kind.
 *
 * - `closed`: this side closed it; `broken`: the peer or the network broke it
 * - `timeout`, `busy`, `refused`, `unreachable`, `denied`: as the words say
 * - `limit`: a bound of ours or of the system was reached
 * - `unsupported`: this backend or system cannot do it
 * - `address`: in use, or not available here
 * - `notFound`: no such name, no such socket file
 */
export type TransportErrorKind =
  | 'closed'
  | 'broken'
  | 'timeout'
  | 'busy'
  | 'refused'
  | 'limit'
  | 'unsupported'
  | 'address'
  | 'denied'
  | 'unreachable'
  | 'notFound';
