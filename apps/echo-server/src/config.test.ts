import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { UsageError } from './failure.ts';
import { formatPlace } from './place.ts';

const read = (...argv: string[]) => {
  const config = readConfig(argv, {});
  if (typeof config === 'string') throw new Error(config);
  return config;
};

describe('readConfig()', () => {
  it('has defaults for everything but where to serve', () => {
    const { places, ...rest } = read('tcp://127.0.0.1:9090');
    expect(places.map(formatPlace)).toEqual(['tcp://127.0.0.1:9090?protocol=echo']);
    expect(rest).toEqual({ graceMs: 5_000, logLevel: 'info', takeOverStale: false });
  });

  it('takes any number of endpoints, and flags between them', () => {
    const { places, ...rest } = read('tcp://127.0.0.1:1', '--grace-ms', '0', '--log-level=debug', 'udp://[::1]:2');
    expect(places.map(({ endpoint }) => endpoint.scheme)).toEqual(['tcp', 'udp']);
    expect(rest).toEqual({ graceMs: 0, logLevel: 'debug', takeOverStale: false });
  });

  it('--seed serves the seed and what else is named, and takes over a stale socket', () => {
    const { places, takeOverStale } = read('--seed', 'tcp://127.0.0.1:9999');
    expect(places).toHaveLength(5);
    expect(takeOverStale).toBe(true);
  });

  it.each([
    [['--nope'], "'--nope'"],
    [['--take-over-stal'], '--take-over-stale?'],
    [['--seed', '--seed'], "'--seed' is given twice"],
    [['--grace-ms', '1', '--grace-ms=2'], "--grace-ms <n>' is given twice"],
    [['--grace-ms'], "--grace-ms <n>' argument missing"],
    [['--grace-ms', '1e3'], "'1e3' is invalid"],
    [['--grace-ms', '-1'], "'-1' is invalid"],
    [['--grace-ms', ''], "'' is invalid"],
    [['--grace-ms', '3600001'], "'3600001' is invalid"],
    [['--log-level', 'loud'], "'loud' is invalid"],
    [[], 'Missing an endpoint'],
  ] as const)('P18 rejects %j, naming what is wrong', (argv, message) => {
    expect(() => readConfig(argv, {})).toThrow(UsageError);
    expect(() => readConfig(argv, {})).toThrow(message);
  });

  it.each([
    'tcp://127.0.0.1',
    '127.0.0.1:9090',
    'tcp://127.0.0.1:0?proto=echo',
    'tcp://127.0.0.1:0?backlog=1&backlog=2',
  ])('rejects the endpoint %s, quoting it', (text) => {
    expect(() => readConfig([text], {})).toThrow(`"${text}"`);
  });
});
