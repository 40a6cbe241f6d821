import type { OwnErrorCode } from '../contract/error-codes.ts';
import type { StreamDriver } from '../contract/driver.ts';
import type { ReadSide } from './read-side.ts';
import { isSecure } from './tls.ts';
import type { WriteSide } from './write-side.ts';

/** Why TLS cannot be started on an open connection as it is now; `undefined`: it can. */
export const upgradeObstacle = (
  driver: StreamDriver,
  read: Pick<ReadSide, 'busy' | 'ended'>,
  write: Pick<WriteSide, 'finished'>,
): { readonly code: OwnErrorCode; readonly reason?: string } | undefined => {
  if (!driver.caps.has('secure') || driver.secure === undefined) {
    return {
      code: 'ERR_UNSUPPORTED',
      reason: isSecure(driver) ? 'it speaks TLS already' : 'this transport has no TLS',
    };
  }
  if (read.busy) return { code: 'ERR_BUSY' };
  if (read.ended) return { code: 'ERR_EOF' };
  return write.finished ? { code: 'ERR_CLOSED', reason: 'this side has finished sending' } : undefined;
};
