import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { UsageError } from './failure.ts';

const endpoint = 'tcp://127.0.0.1:9';

describe('readArguments()', () => {
  it('needs an endpoint and nothing else', () => {
    expect(readArguments([endpoint])).toMatchObject({
      endpoint: { scheme: 'tcp', address: { family: 'AF_INET', host: '127.0.0.1', port: 9 } },
      message: undefined,
      prompt: false,
      timeoutMs: undefined,
    });
  });

  it('takes flags in any order', () => {
    expect(readArguments(['-t', '1500', endpoint, '--message=a b'])).toMatchObject({
      message: 'a b',
      timeoutMs: 1_500,
    });
    expect(readArguments(['--prompt', endpoint])).toMatchObject({ prompt: true });
  });

  it('takes an empty message for a message, and what looks like a flag too', () => {
    expect(readArguments([endpoint, '--message', ''])).toMatchObject({ message: '' });
    expect(readArguments([endpoint, '--message', '--prompt'])).toMatchObject({ message: '--prompt', prompt: false });
  });

  it.each([
    [[], "argument 'endpoint'"],
    [[endpoint, '--nope'], "'--nope'"],
    [[endpoint, '--mesage', 'x'], '--message?'],
    [[endpoint, '-t', '1', '--timeout-ms', '2'], "--timeout-ms <n>' is given twice"],
    [[endpoint, '-p', '-p'], "--prompt' is given twice"],
    [[endpoint, '--message'], "--message <text>' argument missing"],
    [[endpoint, '--timeout-ms', '0'], "'0' is invalid"],
    [[endpoint, '--timeout-ms', '1.5'], "'1.5' is invalid"],
    [[endpoint, '--timeout-ms', '86400001'], "'86400001' is invalid"],
    [[endpoint, '-p', '-m', 'x'], 'cannot be used with'],
    [[endpoint, 'tcp://127.0.0.1:10'], 'Expected 1 argument but got 2'],
  ] as const)('P18 rejects %j, naming what is wrong', (argv, message) => {
    expect(() => readArguments(argv)).toThrow(UsageError);
    expect(() => readArguments(argv)).toThrow(message);
  });
});
