import { directions, streamChecks } from '@stack/testing';
import { suite } from './suite.ts';
import { tlsFixture } from './tls-pair.ts';

const fixture = tlsFixture('tls12', () => 'tls://127.0.0.1:0', { maxVersion: 'TLSv1.2' });
suite(fixture, streamChecks, { directions });
