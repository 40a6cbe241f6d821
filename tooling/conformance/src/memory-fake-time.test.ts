import assert from 'node:assert/strict';
import { datagramChecks, directions, networkDatagramFixture, networkFixture, streamChecks } from '@stack/testing';
import { memoryNetwork } from '@stack/transport/memory';
import { fakeClock } from '@stack/transport/virtual';
import { suite } from './suite.ts';

const clock = fakeClock();
const net = memoryNetwork({ clock });

/** Lets time go until the work is done; no timer may be left then. */
const drive = async <T>(work: Promise<T>): Promise<T> => {
  const result = await clock.until(work);
  assert.equal(clock.pending, 0, `expected no timer to be left on the clock, but there are ${clock.pending}`);
  return result;
};

suite(networkFixture('memory in fake time', net, 'memory:pair'), streamChecks, { directions, drive });
suite(networkDatagramFixture('memory in fake time', net, 'udp://127.0.0.1:0'), datagramChecks, { drive });
