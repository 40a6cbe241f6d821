import { formatEndpoint } from '@stack/address';
import type { OpenOptions } from '@stack/session';
import { isDualStack, type OpenPlace } from './opening.ts';

/** What a ready line tells of an endpoint. */
export interface Ready {
  /** Where it can be dialled: the real address, port 0 replaced. */
  readonly endpoint: string;
  /** Of a name with more addresses than one: the other places. */
  readonly also?: readonly string[];
  readonly protocol: string;
  readonly exchanges?: number;
  readonly backlog?: number;
  /** Of a Unix path, as it was asked for: octal digits. */
  readonly mode?: string;
  /** Of `::` only: whether IPv4 is served too. */
  readonly dualStack?: boolean;
}

/** Tells what is ready. */
export const readyOf = async ({ place, endpoints }: OpenPlace, options: OpenOptions): Promise<Ready> => {
  const { protocol, exchanges, backlog, mode } = place;
  const [endpoint, ...also] = endpoints.map(formatEndpoint);
  const dualStack = await isDualStack(endpoints[0], options);
  return {
    endpoint: endpoint ?? '',
    protocol,
    ...(also.length > 0 && { also }),
    ...(exchanges !== undefined && { exchanges }),
    ...(backlog !== undefined && { backlog }),
    ...(mode !== undefined && { mode: mode.toString(8) }),
    ...(dualStack !== undefined && { dualStack }),
  };
};
