import { closeSync, openSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { type Check, datagramChecks, dialChecks, dialFixture, type Fixture, streamChecks } from '@stack/testing';
import { networkDatagramFixture, networkFixture } from '@stack/testing';
import type { Network } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { afterEach, describe, expect, test } from 'vitest';
import { leavingNothing } from './leaving-nothing.ts';

/** What a faulty network leaves open, to be closed after the test. */
const left: (() => void)[] = [];
afterEach(() => left.splice(0).forEach((close) => close()));

const leaks: Readonly<Record<string, () => void>> = {
  'a descriptor': () => {
    const descriptor = openSync('/dev/null', 'r');
    left.push(() => closeSync(descriptor));
  },
  'a socket': () => {
    const server: Server = createServer().listen(0, '127.0.0.1');
    left.push(() => void server.close());
  },
  'a timer': () => {
    const timer = setTimeout(() => undefined, 60_000);
    left.push(() => clearTimeout(timer));
  },
  'a listener on a signal of its own': () => {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => undefined);
    left.push(() => controller.abort());
  },
};

const named: Readonly<Record<string, string>> = {
  'a descriptor': '/dev/null',
  'a socket': '1 more TCPServerWrap',
  'a timer': '1 more timers',
  'a listener on a signal of its own': '1 more listeners on signals',
};

/** A network that leaves something open with the first thing that is done on it. */
const leaky = (leak: (() => void) | undefined): Network => {
  const right = memoryNetwork();
  const once = (): void => {
    if (left.length === 0) leak?.();
  };
  return {
    clock: right.clock,
    connect: (endpoint, options) => (once(), right.connect(endpoint, options)),
    listen: (endpoint, options) => (once(), right.listen(endpoint, options)),
    bind: (endpoint, options) => (once(), right.bind(endpoint, options)),
    connectDatagram: (endpoint, options) => (once(), right.connectDatagram(endpoint, options)),
    resolve: (at, op) => (once(), right.resolve(at, op)),
  };
};

const first = <Context>(checks: readonly Check<Context>[], id: string): Check<Context> => {
  const found = checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`there is no check ${id}`);
  return found;
};

type Run = (network: Network) => Promise<unknown>;

const runOf = <Context>(check: Check<Context>, fixture: (network: Network) => Fixture<Context>): Run => {
  return (network) => leavingNothing(check, fixture(network), { limitMs: 10_000 }, { settleMs: 200 });
};

const suites: Readonly<Record<string, Run>> = {
  stream: runOf(first(streamChecks, 'T14'), (network) => networkFixture('leaky', network, 'memory:pair')),
  datagram: runOf(first(datagramChecks, 'T56'), (network) => networkDatagramFixture('leaky', network, 'udp://[::1]:0')),
  dial: runOf(first(dialChecks, 'T42'), (network) => dialFixture({ name: 'leaky', network, endpoint: 'memory:place' })),
};

describe.each(Object.entries(suites))('a %s check', (_name, run) => {
  test('passes over a network that leaves nothing', async () => {
    await expect(run(leaky(undefined))).resolves.toMatchObject({ outcome: 'passed' });
  });

  test.each(Object.entries(leaks))('fails when %s is left', async (what, leak) => {
    if (what === 'a descriptor' && process.platform !== 'linux') return;
    await expect(run(leaky(leak))).rejects.toThrow(named[what]);
  });
});

test('a check that is left out must leave nothing either', async () => {
  const skipping: Check<{ leave(): never }> = {
    id: 'X1',
    title: 'what is left out leaves nothing',
    run: async ({ leave }) => leave(),
  };
  const fixture = (leak: () => void): Fixture<{ leave(): never }> => ({
    name: 'leaky',
    clock: memoryNetwork().clock,
    open: (run) => ({
      leave: () => {
        leak();
        return run.leaveOut('nothing to see');
      },
    }),
  });
  await expect(
    leavingNothing(
      skipping,
      fixture(() => undefined),
      {},
    ),
  ).resolves.toMatchObject({ outcome: 'skipped' });
  await expect(
    leavingNothing(skipping, fixture(leaks['a timer'] ?? (() => undefined)), {}, { settleMs: 200 }),
  ).rejects.toThrow('1 more timers');
});
