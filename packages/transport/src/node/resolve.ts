import { lookup } from 'node:dns/promises';
import { fromNodeError } from './errors.ts';

/** Looks a name up as the system does, in the system's order. The look-up cannot be called off, only left behind. */
export const resolveNode = async (host: string): Promise<readonly string[]> => {
  const answers = await lookup(host, { all: true, order: 'verbatim' }).catch((error: unknown) => {
    throw fromNodeError(error, { op: 'resolve', at: host });
  });
  return answers.map(({ address }) => address);
};
