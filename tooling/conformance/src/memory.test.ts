import { datagramChecks, directions, networkDatagramFixture, networkFixture, streamChecks } from '@stack/testing';
import { memoryNetwork } from '@stack/transport/memory';
import { suite } from './suite.ts';

const plain = memoryNetwork();
suite(networkFixture('memory', plain, 'memory:pair'), streamChecks, { directions });
suite(networkDatagramFixture('memory', plain, 'udp://127.0.0.1:0'), datagramChecks);
