import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Endpoint, unixPath } from '@stack/address';
import { directions, networkFixture, streamChecks } from '@stack/testing';
import { system } from '@stack/transport';
import { afterAll, expect, test } from 'vitest';
import { suite } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'stack-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const endpoint = (): Endpoint => {
  made += 1;
  return { scheme: 'unix', address: unixPath(join(folder, `${made}.sock`)) };
};

suite(networkFixture('unix', system, endpoint), streamChecks, { directions });

test('unix leaves no socket file behind', () => {
  expect(made).toBeGreaterThan(0);
  expect(readdirSync(folder)).toEqual([]);
});
