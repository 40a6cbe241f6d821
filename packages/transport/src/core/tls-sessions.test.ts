import { expect, test } from 'vitest';
import { tlsSessions } from './tls-sessions.ts';

test('tlsSessions() gives the newest session of a server', () => {
  const sessions = tlsSessions();
  sessions.put('a', Uint8Array.of(1));
  sessions.put('a', Uint8Array.of(2));
  expect(sessions.get('a')).toEqual(Uint8Array.of(2));
  expect(sessions.get('b')).toBeUndefined();
});

test('tlsSessions() forgets the server that was used longest ago', () => {
  const sessions = tlsSessions({ maxServers: 2 });
  for (const [index, server] of ['a', 'b'].entries()) sessions.put(server, Uint8Array.of(index));
  sessions.get('a');
  sessions.put('c', Uint8Array.of(2));
  expect(['a', 'b', 'c'].map((server) => sessions.get(server)?.[0])).toEqual([0, undefined, 2]);
  expect(() => tlsSessions({ maxServers: 0 })).toThrow(RangeError);
});
