import { lookup } from 'node:dns/promises';
import type { Op } from '../contract/op.ts';
import { fromNodeError } from './errors.ts';

/** Looks a name up as the system does, in the system's order. The look-up itself cannot be called off, only left behind. */
export const resolveNode = async (host: string, { signal }: Op): Promise<readonly string[]> => {
  signal?.throwIfAborted();
  const answers = lookup(host, { all: true, order: 'verbatim' }).catch((error: unknown) => {
    throw fromNodeError(error, { op: 'resolve', at: host });
  });
  if (signal === undefined) return (await answers).map(({ address }) => address);
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(signal.reason);
  signal.addEventListener('abort', leave);
  try {
    return (await Promise.race([answers, left.promise])).map(({ address }) => address);
  } finally {
    signal.removeEventListener('abort', leave);
  }
};
