import { directions, streamChecks } from '@stack/testing';
import { suite } from './suite.ts';
import { tlsFixture } from './tls-pair.ts';

const fixture = tlsFixture('tls13', () => 'tls://127.0.0.1:0', { minVersion: 'TLSv1.3' });
suite(fixture, streamChecks, { directions });
