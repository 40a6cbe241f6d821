import { describe, expect, test } from 'vitest';
import { clearListenEnvironment, readListenEnvironment } from './listen-environment.ts';

const read = (variables: Record<string, string>): readonly string[] =>
  readListenEnvironment(variables, 77).map(({ descriptor, name }) => `${descriptor} ${name}`);

describe('S45 readListenEnvironment()', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['nothing is set', {}, []],
    ['only a part is set', { LISTEN_FDS: '1' }, []],
    ['they are for another process', { LISTEN_PID: '78', LISTEN_FDS: '1', LISTEN_FDNAMES: 'a:b' }, []],
    ['nobody named them', { LISTEN_PID: '77', LISTEN_FDS: '2' }, ['3 unknown', '4 unknown']],
    [
      'they have names, in order, of which several may be alike or empty',
      { LISTEN_PID: '77', LISTEN_FDS: '5', LISTEN_FDNAMES: 'web:stored::connection:web' },
      ['3 web', '4 stored', '5 ', '6 connection', '7 web'],
    ],
  ])('%s', (_, variables, expected) => {
    expect(read(variables)).toEqual(expected);
  });

  test.each<[Record<string, string>, string]>([
    [{ LISTEN_PID: 'x', LISTEN_FDS: '1' }, 'LISTEN_PID is "x": expected a whole number from 1 to 4294967295'],
    [{ LISTEN_PID: '', LISTEN_FDS: '1' }, 'LISTEN_PID is ""'],
    [{ LISTEN_PID: '77', LISTEN_FDS: '0' }, 'LISTEN_FDS is "0": expected a whole number from 1 to 1048576'],
    [{ LISTEN_PID: '77', LISTEN_FDS: '-1' }, 'LISTEN_FDS is "-1"'],
    [{ LISTEN_PID: '77', LISTEN_FDS: '1e3' }, 'LISTEN_FDS is "1e3"'],
    [{ LISTEN_PID: '77', LISTEN_FDS: '1048577' }, 'LISTEN_FDS is "1048577"'],
    [
      { LISTEN_PID: '77', LISTEN_FDS: '2', LISTEN_FDNAMES: 'a' },
      'LISTEN_FDNAMES is "a": expected as many names as LISTEN_FDS says, which is 2',
    ],
    [{ LISTEN_PID: '77', LISTEN_FDS: '1', LISTEN_FDNAMES: 'a:b' }, 'LISTEN_FDNAMES is "a:b"'],
  ])('%j is refused, naming the variable', (variables, message) => {
    expect(() => read(variables)).toThrow(
      expect.objectContaining({ code: 'EINVAL', message: expect.stringContaining(message) as string }),
    );
    expect(() => read(variables)).toThrow('Cannot use the inherited sockets: ');
  });
});

test('clearListenEnvironment() removes what children must not see, and nothing else', () => {
  const environment = { LISTEN_PID: '1', LISTEN_PIDFDID: '1', LISTEN_FDS: '1', LISTEN_FDNAMES: 'a', PATH: '/bin' };
  clearListenEnvironment(environment);
  expect(environment).toEqual({ PATH: '/bin' });
});
