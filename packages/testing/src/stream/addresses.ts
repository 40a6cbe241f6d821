import assert from 'node:assert/strict';
import { formatAddress } from '@stack/address';
import type { Connection } from '@stack/transport';
import { failure } from '../assertions.ts';
import type { Ends, StreamCheck } from './stream-context.ts';

const named = ({ local, remote }: Connection): string => `${formatAddress(local)} to ${formatAddress(remote)}`;

/** Tells that each end names the other as that one names itself. */
const mirrored = (ends: Ends, when: string): void => {
  for (const [name, end, peer] of [
    ['near', ends.near, ends.far],
    ['far', ends.far, ends.near],
  ] as const) {
    if (!end.caps.has('peerName')) continue;
    const [remote, local] = [formatAddress(end.remote), formatAddress(peer.local)];
    const expected = `expected remote of the ${name} end and local of its peer to be the same ${when}`;
    assert.equal(remote, local, `${expected}, but they are ${remote} and ${local}`);
  }
};

const addresses: StreamCheck = {
  id: 'T34',
  title: 'local and remote are the same after connect, after the end and after a failure, whenever they are first read',
  async run({ pair }) {
    const read = await pair();
    mirrored(read, 'after connect');
    const before = [named(read.near), named(read.far)];
    await Promise.all([read.near.close(), read.far.close()]);
    assert.deepEqual([named(read.near), named(read.far)], before, 'expected the addresses to be the same after close');

    const closed = await pair();
    await Promise.all([closed.near.close(), closed.far.close()]);
    mirrored(closed, 'when first read after close');

    const broken = await pair();
    if (broken.near.caps.has('reset')) {
      const reading = failure('recv of a broken connection', broken.far.recv());
      broken.near.abort();
      await reading;
      await Promise.all([broken.near.closed, broken.far.closed]);
      mirrored(broken, 'when first read after a failure');
    }

    const aborted = await pair();
    aborted.near.abort();
    await aborted.near.closed;
    mirrored(aborted, 'when first read after an abort');
  },
};

/** Who talks to whom. */
export const addressChecks: readonly StreamCheck[] = [addresses];
