import { describe, expect, test } from 'vitest';
import { asAddress, hostAddress, inet, named, parseEndpoint, unixAbstract, unixPath, unixUnnamed } from './index.ts';

declare const structuredClone: <T>(value: T) => T;
const { deepStrictEqual } = (await import('node:assert' as string)) as {
  readonly deepStrictEqual: (actual: unknown, expected: unknown) => void;
};
const { inspect } = (await import('node:util' as string)) as {
  readonly inspect: (value: unknown, options: { readonly showHidden: boolean }) => string;
};

const addresses = [
  [inet('127.0.0.1', 80), { family: 'AF_INET', host: '127.0.0.1', port: 80 }],
  [inet('::1', 80), { family: 'AF_INET6', host: '::1', port: 80 }],
  [inet('fe80::1%eth0', 80), { family: 'AF_INET6', host: 'fe80::1', port: 80, zone: 'eth0' }],
  [unixPath('/run/x'), { family: 'AF_UNIX', kind: 'path', path: '/run/x' }],
  [unixAbstract('x'), { family: 'AF_UNIX', kind: 'abstract', path: 'x' }],
  [unixUnnamed, { family: 'AF_UNIX', kind: 'unnamed', path: '' }],
  [named('memory', 'lab'), { family: 'name', scheme: 'memory', name: 'lab' }],
  [hostAddress('localhost', 80), { family: 'host', host: 'localhost', port: 80 }],
] as const;

describe.each(addresses)('%o', (address, literal) => {
  test('looks like the literal to tests, JSON, inspection and cloning', () => {
    expect(address).toStrictEqual(literal);
    deepStrictEqual(address, literal);
    expect(Object.getPrototypeOf(address)).toBe(Object.prototype);
    expect(Reflect.ownKeys(address)).toEqual(Object.keys(literal));
    expect(JSON.stringify(address)).toBe(JSON.stringify(literal));
    expect(inspect(address, { showHidden: true })).toBe(inspect(literal, { showHidden: true }));
    expect(structuredClone(address)).toStrictEqual(literal);
  });

  test('is frozen', () => {
    expect(Object.isFrozen(address)).toBe(true);
  });

  test('is told from a literal, which is checked', () => {
    expect(asAddress(address)).toBe(address);
    expect(asAddress(literal)).not.toBe(literal);
    expect(asAddress(literal)).toStrictEqual(address);
  });
});

test('parseEndpoint() returns frozen endpoints', () => {
  for (const text of ['tcp://127.0.0.1:80', 'unix:/x', 'memory:lab']) {
    const endpoint = parseEndpoint(text);
    expect([Object.isFrozen(endpoint), Object.isFrozen(endpoint.address)]).toEqual([true, true]);
  }
});
