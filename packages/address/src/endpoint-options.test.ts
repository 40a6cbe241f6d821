import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  durationMs,
  flag,
  octal,
  oneOf,
  parseEndpointOptions,
  text,
  tryParseEndpointOptions,
  uint,
  type OptionType,
} from './index.ts';

const schema = {
  backlog: uint(1, 65_535),
  mode: octal(),
  protocol: oneOf('echo', 'upper'),
  label: text(),
  reusePort: flag(),
  idle: durationMs(),
};

const options = (query: string) => parseEndpointOptions(`tcp://127.0.0.1:80${query}`, schema).options;

const refusal = (query: string): string => {
  const input = `tcp://127.0.0.1:80${query}`;
  const result = tryParseEndpointOptions(input, schema);
  if (result.ok) throw new Error(`Accepted ${input}`);
  expect(result.error).toMatchObject({ code: 'ERR_ADDRESS_OPTION', input });
  return `${result.error.index}: ${result.error.message.slice(`"${input}" is not an endpoint: `.length)}`;
};

describe('parseEndpointOptions()', () => {
  test('reads every kind of value, with inferred types', () => {
    const found = options('?backlog=10&mode=0660&protocol=upper&label=a%20b%2Bc%3D%C3%A9&reusePort&idle=30s');
    expect(found).toStrictEqual({
      backlog: 10,
      mode: 0o660,
      protocol: 'upper',
      label: 'a b+c=é',
      reusePort: true,
      idle: 30_000,
    });
    expectTypeOf(found.backlog).toEqualTypeOf<number | undefined>();
    expectTypeOf(found.protocol).toEqualTypeOf<'echo' | 'upper' | undefined>();
    expectTypeOf(found.reusePort).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(found).not.toHaveProperty('other');
  });

  test('leaves out what is absent', () => {
    expect(options('')).toStrictEqual({});
    expect(options('?backlog=1').mode).toBeUndefined();
    expect(Object.isFrozen(options(''))).toBe(true);
  });

  test('takes what follows the first "?" of any scheme', () => {
    const read = (input: string) => parseEndpointOptions(input, schema);
    expect(read('unix:/run/a%3Fb?mode=600')).toStrictEqual({
      endpoint: { scheme: 'unix', address: { family: 'AF_UNIX', kind: 'path', path: '/run/a?b' } },
      options: { mode: 0o600 },
    });
    expect(read('memory:lab?protocol=echo').endpoint.address).toMatchObject({ family: 'name', name: 'lab' });
  });

  test.each([
    ['?backlog=0', '27: option "backlog" is "0", expected an integer from 1 to 65535'],
    ['?backlog=65536', '27: option "backlog" is "65536", expected an integer from 1 to 65535'],
    ['?backlog=010', '27: option "backlog" is "010", expected an integer from 1 to 65535'],
    ['?backlog=1e3', '27: option "backlog" is "1e3", expected an integer from 1 to 65535'],
    ['?backlog=', '27: option "backlog" is "", expected an integer from 1 to 65535'],
    ['?backlog', '19: option "backlog" needs a value: expected an integer from 1 to 65535'],
    ['?mode=888', '24: option "mode" is "888", expected an octal file mode such as 660'],
    ['?mode=10000', '24: option "mode" is "10000", expected an octal file mode such as 660'],
    ['?protocol=Echo', '28: option "protocol" is "Echo", expected one of echo, upper'],
    ['?label=', '25: option "label" is "", expected text of printable characters'],
    ['?label=a%0Ab', '25: option "label" is "a\\nb", expected text of printable characters'],
    ['?label=a+b', '26: option "label": found "+", which is written as a percent escape such as %20'],
    ['?label=a=b', '26: option "label": found "=", which is written as a percent escape such as %20'],
    ['?label=a b', '26: option "label": found " ", which is written as a percent escape such as %20'],
    ['?label=%zz', '25: option "label": found "%", which is written as a percent escape such as %20'],
    ['?label=a%FF', '26: option "label": the percent escapes are not UTF-8'],
    ['?reusePort=1', '29: option "reusePort" is "1", expected true or false'],
    ['?idle=30', '24: option "idle" is "30", expected a duration such as 250ms, 5s, 2m or 1h'],
    ['?idle=1.5s', '24: option "idle" is "1.5s", expected a duration such as 250ms, 5s, 2m or 1h'],
    [
      '?idle=999999999999999h',
      '24: option "idle" is "999999999999999h", expected a duration such as 250ms, 5s, 2m or 1h',
    ],
    [
      '?backlgo=1',
      '19: option "backlgo" is not known, the known ones are backlog, mode, protocol, label, reusePort, idle',
    ],
    ['?mode=600&mode=600', '28: option "mode" is given twice'],
    ['?', '19: expected an option such as key=value'],
    ['?mode=600&', '28: expected an option such as key=value'],
    ['?=1', '19: expected an option such as key=value'],
    ['?Mode=600', '19: option "Mode" is not known, the known ones are backlog, mode, protocol, label, reusePort, idle'],
  ])('refuses %s', (query, message) => {
    expect(refusal(query)).toBe(message);
  });

  test.each(['__proto__', 'constructor', 'toString'])('knows no option %s that nobody declared', (key) => {
    expect(refusal(`?${key}=1`)).toContain(`option "${key}" is not known`);
  });

  test('names the place first when that is wrong', () => {
    expect(tryParseEndpointOptions('tcp://127.1:80?what', schema)).toMatchObject({
      error: { code: 'ERR_ADDRESS_HOST' },
    });
  });

  test('says so when there are no options at all', () => {
    expect(() => parseEndpointOptions('tcp://127.0.0.1:80?a', {})).toThrow('this endpoint takes no options');
  });

  test('takes types of the caller', () => {
    const hex: OptionType<number> = {
      expected: 'a hexadecimal number',
      parse: (value) => (/^[0-9a-f]{1,8}$/.test(value) ? Number.parseInt(value, 16) : undefined),
    };
    expect(parseEndpointOptions('memory:lab?color=ff', { color: hex }).options).toStrictEqual({ color: 255 });
  });
});

describe('uint()', () => {
  test('never rounds', () => {
    const { parse } = uint(0, Number.POSITIVE_INFINITY);
    expect([parse('9007199254740991'), parse('9007199254740993'), parse('99999999999999999999')]).toEqual([
      9_007_199_254_740_991,
      undefined,
      undefined,
    ]);
  });
});
