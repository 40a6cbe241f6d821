import { type Program, python, pythonArguments, pythonPath, start } from '@stack/interop';

/** The programs in `python/` that play the peer: raw sockets, no line of this project. */
export type PeerName = 'resetting' | 'exchange' | 'slow' | 'stalled' | 'echo';

/** Why tests with a foreign peer are skipped. */
export const withoutPeer: string | undefined = python === undefined ? 'no python3 on this machine' : undefined;

/** Starts a peer. */
export const startPeer = (name: PeerName, args: readonly (string | number)[]): Promise<Program> => {
  const file = new URL(`../python/${name}.py`, import.meta.url).href;
  return start(pythonPath(), pythonArguments(file, args.map(String)));
};

/** What a peer that has done its work says on its last line. */
export const verdictOf = async <T>(peer: Program): Promise<T> => {
  const line = await peer.nextLine();
  const { code } = await peer.exit;
  if (code !== 0) throw new Error(`The peer ended with ${code}: ${peer.stderr.text}`);
  return JSON.parse(line) as T;
};
