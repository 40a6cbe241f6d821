import { datagramChecks, directions, streamChecks } from '@stack/testing';
import { suite } from './suite.ts';
import { virtualSuite } from './virtual-suite.ts';

/** 16 Mbit/s: what is written leaves bit by bit. */
const link = { latencyMs: 2, bytesPerSecond: 2_000_000, windowBytes: 100_000 };

const { streams, datagrams, drive } = virtualSuite('memory:slow');
suite(streams('slow virtual network', { link }), streamChecks, { directions, drive });
suite(datagrams('slow virtual network', { link }), datagramChecks, { drive });
