import type { Program } from '@stack/interop';
import { type Connection, system } from '@stack/transport';
import { type PeerName, startPeer } from './peer.ts';
import { dialTarget, type Kind, placeOf, targetOf } from './places.ts';

/** Who dials. */
export type Role = 'dialled' | 'accepted';

export const roles: readonly Role[] = ['dialled', 'accepted'];

/** A connection of ours with a peer in Python at its other end. Disposing of it aborts the one and ends the other. */
export interface Connected extends AsyncDisposable {
  readonly connection: Connection;
  readonly peer: Program;
}

/** Connects with a peer whose first arguments are its role and the place. */
export const connectWith = async (
  name: PeerName,
  kind: Kind,
  role: Role,
  args: readonly (string | number)[],
): Promise<Connected> => {
  using place = placeOf(kind);
  const own = (connection: Connection, peer: Program): Connected => ({
    connection,
    peer,
    [Symbol.asyncDispose]: async () => {
      connection.abort();
      await Promise.all([connection.closed, peer[Symbol.asyncDispose]()]);
    },
  });
  if (role === 'dialled') {
    const peer = await startPeer(name, ['listen', place.target, ...args]);
    return own(await dialTarget(kind, await peer.nextLine()), peer);
  }
  await using listener = await system.listen(place.endpoint);
  const peer = await startPeer(name, ['dial', targetOf(listener), ...args]);
  const connection = await listener.accept();
  if (connection === null) throw new Error('the listener was closed');
  return own(connection, peer);
};
