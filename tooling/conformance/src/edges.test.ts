import { unixAbstract, unixPath, type Endpoint } from '@stack/address';
import { directions, networkFixture } from '@stack/testing';
import { system } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { edgeChecks } from './edge-checks.ts';
import { whyNoIpv6 } from './loopback-v6.ts';
import { suite } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'stack-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const path = (): Endpoint => {
  made += 1;
  return { scheme: 'unix', address: unixPath(join(folder, `${made}.sock`)) };
};
const abstract = (): Endpoint => {
  made += 1;
  return { scheme: 'unix', address: unixAbstract(`stack-edges-${process.pid}-${made}`) };
};

const notLinux = process.platform === 'linux' ? undefined : 'abstract names are a thing of Linux';

suite(networkFixture('tcp4', system, 'tcp://127.0.0.1:0'), edgeChecks, { directions });
suite(networkFixture('tcp6', system, 'tcp://[::1]:0'), edgeChecks, { directions, absent: await whyNoIpv6() });
suite(networkFixture('unix', system, path), edgeChecks, { directions });
suite(networkFixture('abstract', system, abstract), edgeChecks, { directions, absent: notLinux });
suite(networkFixture('memory', memoryNetwork(), 'memory:pair'), edgeChecks, { directions });
