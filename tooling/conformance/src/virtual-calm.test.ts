import { datagramChecks, directions, streamChecks } from '@stack/testing';
import { suite } from './suite.ts';
import { virtualSuite } from './virtual-suite.ts';

const { streams, datagrams, drive } = virtualSuite('tcp://10.0.0.1:0');
suite(streams('calm virtual network', {}), streamChecks, { directions, drive });
suite(datagrams('calm virtual network', {}), datagramChecks, { drive });
