import { readFileSync } from 'node:fs';
import { unixUnnamed } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { network } from './network.ts';

type Bad = readonly [option: string, value: unknown, error: typeof RangeError | typeof TypeError];

/** What no count, no range and no switch takes. */
const noCount = (option: string): Bad[] => [
  [option, 0, RangeError],
  [option, -1, RangeError],
  [option, Number.NaN, RangeError],
  [option, -Infinity, RangeError],
  [option, 1.5, TypeError],
  [option, '5', TypeError],
  [option, null, TypeError],
];
const noSwitch = (option: string): Bad[] => [
  [option, 1, TypeError],
  [option, 'true', TypeError],
  [option, null, TypeError],
];
const noSeconds = (option: string): Bad[] => [
  [option, 0, RangeError],
  [option, 999, RangeError],
  [option, 1_500, RangeError],
  [option, 32_768_000, RangeError],
  [option, Infinity, RangeError],
  [option, Number.NaN, RangeError],
  [option, '5s', TypeError],
];

const badOfBoth: readonly Bad[] = [
  ...noSwitch('noDelay'),
  ...noCount('maxQueuedBytes'),
  ...noCount('highWaterBytes'),
  ['highWaterBytes', 1_048_577, RangeError],
  ...noCount('maxReadAheadBytes'),
  ['keepAlive', true, TypeError],
  ['keepAlive', 60_000, TypeError],
  ['keepAlive', null, TypeError],
  ...noSeconds('keepAlive.idleMs'),
  ...noSeconds('keepAlive.intervalMs'),
  ...noCount('keepAlive.count'),
  ['keepAlive.count', 128, RangeError],
  ['timeoutMs', Number.NaN, RangeError],
  ['timeoutMs', '5', TypeError],
];

const badOfListen: readonly Bad[] = [
  ...badOfBoth,
  ...noCount('backlog'),
  ['backlog', 65_536, RangeError],
  ['backlog', Infinity, RangeError],
  ...noCount('maxUnclaimed'),
  ['mode', -1, RangeError],
  ['mode', 0o1000, RangeError],
  ['mode', Infinity, RangeError],
  ['mode', Number.NaN, RangeError],
  ['mode', 0.5, TypeError],
  ['mode', '600', TypeError],
  ['mode', null, TypeError],
  ...noSwitch('takeOverStale'),
  ...noSwitch('reusePort'),
  ...noSwitch('ipv6Only'),
  ['inherited', -1, RangeError],
  ['inherited', 2 ** 31, RangeError],
  ['inherited', Number.NaN, RangeError],
  ['inherited', 3.5, TypeError],
  ['inherited', '', TypeError],
  ['inherited', true, TypeError],
  ['inherited', null, TypeError],
];

const badOfConnect: readonly Bad[] = [
  ...badOfBoth,
  ['attemptDelayMs', -1, RangeError],
  ['attemptDelayMs', Number.NaN, RangeError],
  ['attemptDelayMs', '5', TypeError],
  ['permit', true, TypeError],
  ['permit', 'all', TypeError],
  ['permit', null, TypeError],
  ['localAddress', '', TypeError],
  ['localAddress', 'localhost', TypeError],
  ['localAddress', 'localhost:80', TypeError],
  ['localAddress', '127.1', TypeError],
  ['localAddress', '127.0.0.1:65536', TypeError],
  ['localAddress', '[::1', TypeError],
  ['localAddress', 'unix:/run/x', TypeError],
  ['localAddress', unixUnnamed, TypeError],
  ['localAddress', { family: 'AF_INET', host: '127.0.0.256', port: 0 }, TypeError],
  ['localAddress', 80, TypeError],
  ['localAddress', null, TypeError],
];

/** `{ keepAlive: { count: 0 } }` of `keepAlive.count` and 0. */
const optionsOf = ([option, value]: Bad): object => {
  const [name = '', part] = option.split('.');
  return { [name]: part === undefined ? value : { [part]: value } };
};

const titled = (bad: readonly Bad[]): [string, Bad][] =>
  bad.map((one) => [`${one[0]}: ${typeof one[1]} ${JSON.stringify(one[1]) ?? ''} (${String(one[1])})`, one]);

describe.each([
  ['listen', badOfListen],
  ['connect', badOfConnect],
] as const)('%s() names the option that is out of range, before anything is opened', (call, bad) => {
  test.each(titled(bad))('%s', async (_, one) => {
    const backend = new ScriptedBackend();
    let lookUps = 0;
    backend.resolve = async () => {
      lookUps += 1;
      return ['127.0.0.1'];
    };
    const endpoint = one[0] === 'mode' ? 'unix:/run/x' : 'tcp://some.test:1';
    const error = (await failure(network(backend)[call](endpoint, optionsOf(one)))) as Error;
    expect(error).toBeInstanceOf(one[2]);
    expect(error.message).toMatch(new RegExp(`^${one[0].replace('.', '\\.')} must be `));
    expect([backend.listeners, backend.dials, lookUps]).toEqual([[], [], 0]);
  });

  test('every option of the table of the README is tried', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const section = readme.slice(readme.indexOf('\n## Options\n'), readme.indexOf('\n## TLS\n'));
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${call}\``));
    const options = rows.map((line) => line.split('|')[2]?.replaceAll(/[` ]/g, ''));
    expect(options.length).toBeGreaterThan(5);
    expect(new Set(bad.map(([option]) => option))).toEqual(new Set([...options, 'keepAlive', 'timeoutMs']));
  });
});
