import { echo, exchanges, type Protocol, service, upper, upperUtf8 } from '@stack/app';
import type { Service } from '@stack/session';
import type { ProtocolName } from './protocol-names.ts';

/** The service of one endpoint. `limit`: after so many exchanges a session is closed; absent: never. */
export const serviceOf = (name: ProtocolName, limit: number | undefined): Service => {
  const serve = <State>(protocol: Protocol<State>): Service =>
    limit === undefined ? service(protocol) : service(exchanges(protocol, limit));
  switch (name) {
    case 'echo':
      return serve(echo);
    case 'upper':
      return serve(upper);
    case 'upper-utf8':
      return serve(upperUtf8);
  }
};
