import { formatAddress } from '@stack/address';
import { type ErrorPlace, type OpenOptions, serve, type Server } from '@stack/session';
import { system } from '@stack/transport';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { messageOf } from './failure.ts';
import { openAll } from './opening.ts';
import { serviceOf } from './protocols.ts';
import { readyOf, type Ready } from './ready.ts';

/** What is served, and by whom. */
export interface Serving {
  readonly servers: readonly Server[];
  readonly ready: readonly Ready[];
}

/** A client that leaves in a hurry is daily business; anything else is worth a look. */
const logError =
  (log: Logger) =>
  (error: unknown, { during, peer, sessionId }: ErrorPlace): void => {
    const isDaily = during === 'session' || during === 'datagram';
    log[isDaily ? 'debug' : 'warn'](
      { during, sessionId, peer: peer && formatAddress(peer), error: messageOf(error) },
      `A failure during ${during}`,
    );
  };

/** Opens and serves every place of the configuration, or none. */
export const startServing = async (config: Config, log: Logger): Promise<Serving> => {
  const options: OpenOptions = { network: system, takeOverStale: config.takeOverStale };
  const opened = await openAll(config.places, options);
  const servers = opened.map(({ place, source }) =>
    serve(source, serviceOf(place.protocol, place.exchanges), { onError: logError(log) }),
  );
  const ready = await Promise.all(opened.map((one) => readyOf(one, { network: system })));
  return { servers, ready };
};
