import { dialChecks, dialFixture } from '@stack/testing';
import { memoryNetwork } from '@stack/transport/memory';
import { suite } from './suite.ts';

let made = 0;
const memory = dialFixture({
  name: 'memory',
  network: memoryNetwork(),
  endpoint: () => `memory:place-${(made += 1)}`,
  names: { scheme: 'tcp', local: 'localhost', unknown: 'nowhere.invalid' },
});

suite(memory, dialChecks, { mostSeeds: 1 });
