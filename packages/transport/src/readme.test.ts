import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorCodeInfo, knownErrorCodes } from './contract/error-codes.ts';
import { claim } from './core/endpoint.ts';
import { keepAliveOption } from './core/keep-alive.ts';
import { listenAll } from './core/listen.ts';
import { connectionLimits } from './core/stream-options.ts';
import { ScriptedBackend } from './scripted-backend.test-fixture.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

/** Where options are declared. */
const sources = (): string =>
  ['network', 'datagram-options', 'connection'].map((name) => read(`./contract/${name}.ts`)).join('\n');

/** The rows of the table under a heading, each as the code spans of its cells. */
const rows = (heading: string): string[][][] => {
  const section = readme.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const table = section.split('\n').filter((line) => line.startsWith('|'));
  return table
    .slice(2)
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? '')));
};

/** `queue.packets` is declared as `packets`. */
const lastPart = (option: string | undefined): string => option?.split('.').at(-1) ?? '';

describe('README.md', () => {
  test('lists every error code under its kind, in the order of the table', () => {
    const kinds = new Map<string, string[]>();
    for (const code of knownErrorCodes()) {
      const { kind } = errorCodeInfo(code);
      kinds.set(kind, [...(kinds.get(kind) ?? []), code]);
    }
    expect(rows('Errors').map(([kind, codes]) => [kind?.[0], codes])).toEqual([...kinds]);
  });

  test('lists every option, and nothing else', () => {
    const source = sources();
    const declared = [...source.matchAll(/^ {2}readonly (\w+)\?: /gm)].map(([, name]) => name);
    const listed = rows('Options').map(([, option]) => lastPart(option?.[0]));
    // `queue` and `keepAlive` are listed by their parts, `tls` has a section of its own, `error` is what a closed connection tells.
    const expected = declared.filter((name) => !['queue', 'keepAlive', 'tls', 'error'].includes(name ?? ''));
    expect(new Set(listed)).toEqual(new Set(expected));
  });

  test('lists every option of TLS, and nothing else', () => {
    const source = read('./contract/tls.ts');
    const options = source.slice(source.indexOf('interface TlsOptions'), source.indexOf('export type AskIdentity'));
    const client = source.slice(source.indexOf('interface TlsClientOptions'), source.indexOf('interface TlsSessions'));
    const names = [...`${options}${client}`.matchAll(/^ {2}readonly (\w+)\??: /gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(new Set(rows('TLS').map(([, option]) => option?.[0]))).toEqual(new Set(names));
  });

  test('tells the defaults that are in force', async () => {
    const backend = new ScriptedBackend();
    await listenAll(claim([backend], 'tcp://127.0.0.1:1', 'listen'), {});
    const options = backend.listeners[0]?.options;
    const inForce: Record<string, unknown> = {
      ...connectionLimits({}),
      ...options,
      mode: `0o${options?.mode.toString(8)}`,
      ...keepAliveOption({}),
      inherited: options?.inherited ?? 'none',
    };
    const told = rows('Options').filter(([of]) => of?.includes('listen') === true);
    expect(told.length).toBeGreaterThan(5);
    for (const [, option, value] of told) {
      const name = lastPart(option?.[0]);
      if (name in inForce) expect(value?.[0], name).toBe(String(inForce[name]));
      else expect(name).toBe('maxUnclaimed');
    }
  });

  test('tells the defaults that the docstrings tell', () => {
    const source = sources();
    const plain = (text: string): string =>
      text
        .replace(/(\d+) MiB/, (_, count: string) => String(Number(count) * 1_048_576))
        .replace(/(\d+) KiB/, (_, count: string) => String(Number(count) * 1_024))
        .replaceAll(',', '')
        .replaceAll('`', '');
    const documented = new Map(
      [...source.matchAll(/Default ([^.;*]+)[.;][^/]*\*\/\s+readonly (\w+)\?/g)].map(([, value, name]) => [
        name,
        plain(value ?? ''),
      ]),
    );
    for (const [, option, value] of rows('Options')) {
      const name = lastPart(option?.[0]);
      expect(documented.get(name), name).toBe(value?.[0]);
    }
  });
});
