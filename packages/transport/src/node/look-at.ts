import { type BigIntStats, lstatSync } from 'node:fs';

/** What is at the path, not followed if it is a link; nothing also where we may not look. */
export const lookAt = (path: string): BigIntStats | undefined => {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};
