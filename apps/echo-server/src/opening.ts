import { type Address, type Endpoint, endpoint } from '@stack/address';
import { open, type OpenOptions, type Source } from '@stack/session';
import { isTransportError } from '@stack/transport';
import { formatPlace, type Place } from './place.ts';
import { shellWord } from './shell-word.ts';

/** A place that is open: it can be dialled. */
export interface OpenPlace {
  readonly place: Place;
  readonly source: Source;
  /** Where it really is: the port that was given for port 0, and more than one where a name has more than one address. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
}

const addressesOf = (source: Source): readonly Address[] => ('accept' in source ? source.addresses : [source.local]);

const openOne = async (place: Place, options: OpenOptions): Promise<OpenPlace> => {
  const { backlog, mode, inherited } = place;
  const source = await open(place.endpoint, { ...options, backlog, mode, inherited });
  const { scheme } = place.endpoint;
  const [first = place.endpoint, ...more] = addressesOf(source).map((address) => endpoint(scheme, address));
  return { place, source, endpoints: [first, ...more] };
};

/** The same place on any free port; absent where it has no port. */
const onAnyPort = (place: Place): Place | undefined => {
  const { scheme, address } = place.endpoint;
  return 'port' in address ? { ...place, endpoint: endpoint(scheme, { ...address, port: 0 }) } : undefined;
};

/** Says how to go on where a port is in use. */
const withAdvice = (error: unknown, places: readonly Place[], failed: Place): unknown => {
  if (!isTransportError(error, 'EADDRINUSE')) return error;
  const other = onAnyPort(failed);
  if (other === undefined) {
    const how = 'choose another path (--take-over-stale replaces the socket of a server that was killed)';
    return new Error(`${error.message}; ${how}`, { cause: error });
  }
  const command = places.map((place) => shellWord(formatPlace(place === failed ? other : place))).join(' ');
  const how = `choose another port, 0 for any free one, as in: npm run server -- ${command}`;
  return new Error(`${error.message}; ${how}`, { cause: error });
};

/**
 * Opens every place, or none: when one fails, those before it are closed again.
 *
 * @throws the first failure, where a port is in use with how to choose another
 */
export const openAll = async (places: readonly Place[], options: OpenOptions): Promise<OpenPlace[]> => {
  const opened: OpenPlace[] = [];
  for (const place of places) {
    try {
      opened.push(await openOne(place, options));
    } catch (error) {
      await Promise.all(opened.map(({ source }) => source.close()));
      throw withAdvice(error, places, place);
    }
  }
  return opened;
};

/** Whether a socket on every IPv6 address (`::`) takes IPv4 too; absent for any other address. */
export const isDualStack = async (at: Endpoint, options: OpenOptions): Promise<boolean | undefined> => {
  const { address, scheme } = at;
  if (address.family !== 'AF_INET6' || address.host !== '::') return undefined;
  try {
    // It does if the port is taken on IPv4 now: had it been taken before, the socket could not have been opened.
    const probe = await open(`${scheme}://0.0.0.0:${address.port}`, options);
    await probe.close();
    return false;
  } catch (error) {
    return isTransportError(error, 'EADDRINUSE');
  }
};
