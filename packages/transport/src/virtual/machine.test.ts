import { addressKey, formatAddress, inet, named } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { Machine, whoIsAt } from './machine.ts';

describe('Machine', () => {
  test('dials from the address that leads there, and from a port of its own for each connection to a place', () => {
    const machine = new Machine('10.0.0.1', ['10.0.0.1', 'fd00::1']);
    const from = (host: string): string => formatAddress(machine.dialFrom(inet(host, 80), undefined));
    expect([from('10.0.0.9'), from('fd00::9'), from('127.0.0.1'), from('10.0.0.1'), from('::1')]).toEqual([
      '10.0.0.1:49153',
      '[fd00::1]:49154',
      '127.0.0.1:49155',
      '10.0.0.1:49156',
      '[::1]:49157',
    ]);
  });

  test('runs out of ports towards one place, as a kernel does, and has them again', () => {
    const machine = new Machine('10.0.0.1', ['10.0.0.1']);
    const [place, other] = [inet('10.0.0.9', 80), inet('10.0.0.9', 81)];
    const locals = Array.from({ length: 16_384 }, () => {
      const local = machine.dialFrom(place, undefined);
      machine.dialled.add(`${addressKey(local)} ${addressKey(place)}`);
      return formatAddress(local);
    });
    expect(new Set(locals).size).toBe(16_384);
    expect(() => machine.dialFrom(place, undefined)).toThrow('every port is taken');
    expect(formatAddress(machine.dialFrom(other, undefined))).toMatch(/^10\.0\.0\.1:/);
    machine.dialled.delete(`${addressKey(inet('10.0.0.1', 50_000))} ${addressKey(place)}`);
    expect(formatAddress(machine.dialFrom(place, undefined))).toBe('10.0.0.1:50000');
  });

  test('dials from the address that was asked for, if it has it and nobody else does', () => {
    const machine = new Machine('10.0.0.1', ['10.0.0.1']);
    const place = inet('10.0.0.9', 80);
    const from = (host: string, port: number): string => formatAddress(machine.dialFrom(place, inet(host, port)));
    expect([from('10.0.0.1', 5000), from('127.0.0.1', 0)]).toEqual(['10.0.0.1:5000', '127.0.0.1:49153']);
    expect(() => from('10.0.0.2', 0)).toThrow('address not available');
    machine.dialled.add(`${addressKey(inet('10.0.0.1', 5000))} ${addressKey(place)}`);
    expect(() => from('10.0.0.1', 5000)).toThrow('address already in use');
  });

  test('has its own addresses, every loopback, and what is no address of a host', () => {
    const machine = new Machine('10.0.0.1', ['10.0.0.1']);
    const has = (host: string): boolean => machine.has(inet(host, 80));
    expect([has('10.0.0.1'), has('127.9.9.9'), has('::1'), has('0.0.0.0'), has('::')]).toEqual(Array(5).fill(true));
    expect([has('10.0.0.2'), has('fd00::1')]).toEqual([false, false]);
    expect(machine.has(named('memory', 'lab'))).toBe(true);
  });
});

test('whoIsAt() prefers the exact address to any of the family, and that to any of both', () => {
  const taken = new Map(
    [
      ['::', 'both'],
      ['0.0.0.0', 'IPv4'],
      ['10.0.0.1', 'one'],
    ].map(([host = '', who]) => [addressKey(inet(host, 80)), who]),
  );
  expect(['10.0.0.1', '10.0.0.2', 'fd00::1'].map((host) => whoIsAt(taken, inet(host, 80)))).toEqual([
    'one',
    'IPv4',
    'both',
  ]);
  taken.delete(addressKey(inet('0.0.0.0', 80)));
  expect(whoIsAt(taken, inet('10.0.0.2', 80))).toBe('both');
  expect(whoIsAt(taken, inet('10.0.0.2', 80), (who) => who !== 'both')).toBeUndefined();
  expect(whoIsAt(taken, inet('fd00::2', 80), (who) => who !== 'both')).toBe('both');
  expect(whoIsAt(taken, inet('10.0.0.2', 81))).toBeUndefined();
});
