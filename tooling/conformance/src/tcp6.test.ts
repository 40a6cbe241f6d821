import { directions, networkFixture, streamChecks } from '@stack/testing';
import { system } from '@stack/transport';
import { whyNoIpv6 } from './loopback-v6.ts';
import { suite } from './suite.ts';

suite(networkFixture('tcp6', system, 'tcp://[::1]:0'), streamChecks, { directions, absent: await whyNoIpv6() });
