import { directions, networkFixture, streamChecks } from '@stack/testing';
import { memoryNetwork } from '@stack/transport/memory';
import { suite } from './suite.ts';

suite(networkFixture('memory', memoryNetwork(), 'memory:pair'), streamChecks, { directions });
