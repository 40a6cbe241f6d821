import { type Endpoint, unixAbstract } from '@stack/address';
import { directions, networkFixture, streamChecks } from '@stack/testing';
import { system } from '@stack/transport';
import { suite } from './suite.ts';

let made = 0;
const endpoint = (): Endpoint => {
  made += 1;
  return { scheme: 'unix', address: unixAbstract(`stack-conformance-${process.pid}-${made}`) };
};

const absent = process.platform === 'linux' ? undefined : 'abstract names are a thing of Linux';
suite(networkFixture('abstract', system, endpoint), streamChecks, { directions, absent });
