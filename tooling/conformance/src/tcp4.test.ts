import { directions, networkFixture, streamChecks } from '@stack/testing';
import { system } from '@stack/transport';
import { suite } from './suite.ts';

suite(networkFixture('tcp4', system, 'tcp://127.0.0.1:0'), streamChecks, { directions });
