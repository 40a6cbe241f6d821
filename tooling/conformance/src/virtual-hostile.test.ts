import { datagramChecks, directions, streamChecks } from '@stack/testing';
import { suite } from './suite.ts';
import { virtualSuite } from './virtual-suite.ts';

/** Everything is late, and cut and joined at any byte. */
const link = { latencyMs: 5, jitterMs: 5, maxSegmentBytes: 16_384 };

const { streams, datagrams, drive } = virtualSuite('tcp://[fd00::1]:0');
suite(streams('hostile virtual network', { link }), streamChecks, { directions, drive });
suite(datagrams('hostile virtual network', { link }), datagramChecks, { drive });
