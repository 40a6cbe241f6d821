import { directions, type Fixture, networkFixture, streamChecks, type StreamContext } from '@stack/testing';
import { systemClock } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { suite } from './suite.ts';
import { unevenTurns } from './uneven-turns.ts';

/** A network of its own for each run, whose window and schedule come from the seed of the run. */
const uneven: Fixture<StreamContext> = {
  name: 'memory in uneven turns',
  clock: systemClock,
  open: (run) => {
    const net = memoryNetwork({ windowBytes: run.random.between(4096, 100_000), later: unevenTurns(run.random) });
    return networkFixture('memory', net, 'memory:pair').open(run);
  },
};

suite(uneven, streamChecks, { directions });
