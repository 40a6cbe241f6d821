import { unprintableAt } from './quote.ts';

/** How the text of one option is read. Write your own where the ones here do not fit. */
export interface OptionType<T> {
  /** What would be right, for the message: `an integer from 1 to 65535`. */
  readonly expected: string;
  /** The value, or `undefined` for text that is none. The text is percent-decoded. */
  readonly parse: (text: string) => T | undefined;
  /** What a key without `=` means. Absent: such a key is refused. */
  readonly bare?: T;
}

/** The value of decimal digits without leading zeros, or NaN; also where it would be rounded. */
const decimal = (text: string): number => {
  const value = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
};

/**
 * A decimal integer without sign and leading zeros, from `min` to `max`, both included.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseEndpointOptions, uint } from '@stack/address';
 *
 * const { options } = parseEndpointOptions('tcp://127.0.0.1:80?backlog=10', { backlog: uint(1, 65_535) });
 * assert.equal(options.backlog, 10);
 * ```
 */
export const uint = (min: number, max: number): OptionType<number> => ({
  expected: `an integer from ${min} to ${max}`,
  parse: (text) => {
    const value = decimal(text);
    return value >= min && value <= max ? value : undefined;
  },
});

/**
 * A file mode in octal digits, as `chmod` takes it: `660`, `0660`, at most `7777`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { octal, parseEndpointOptions } from '@stack/address';
 *
 * const { options } = parseEndpointOptions('unix:/run/echo.sock?mode=660', { mode: octal() });
 * assert.equal(options.mode, 0o660);
 * ```
 */
export const octal = (): OptionType<number> => ({
  expected: 'an octal file mode such as 660',
  parse: (text) => (/^0?[0-7]{1,4}$/.test(text) ? Number.parseInt(text, 8) : undefined),
});

/**
 * One of the words given.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { oneOf, parseEndpointOptions } from '@stack/address';
 *
 * const schema = { protocol: oneOf('echo', 'upper') };
 * const { options } = parseEndpointOptions('tcp://127.0.0.1:80?protocol=upper', schema);
 * const protocol: 'echo' | 'upper' | undefined = options.protocol;
 * assert.equal(protocol, 'upper');
 * ```
 */
export const oneOf = <const T extends string>(...values: readonly T[]): OptionType<T> => ({
  expected: `one of ${values.join(', ')}`,
  parse: (text) => values.find((value) => value === text),
});

/**
 * Any text that is not empty and prints as it is.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseEndpointOptions, text } from '@stack/address';
 *
 * const { options } = parseEndpointOptions('tcp://127.0.0.1:80?label=front%20door', { label: text() });
 * assert.equal(options.label, 'front door');
 * ```
 */
export const text = (): OptionType<string> => ({
  expected: 'text of printable characters',
  parse: (value) => (value !== '' && unprintableAt(value) < 0 ? value : undefined),
});

/**
 * `true` or `false`; the key alone means `true`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { flag, parseEndpointOptions } from '@stack/address';
 *
 * const { options } = parseEndpointOptions('tcp://127.0.0.1:80?reusePort', { reusePort: flag() });
 * assert.equal(options.reusePort, true);
 * ```
 */
export const flag = (): OptionType<boolean> => ({
  expected: 'true or false',
  parse: (value) => (value === 'true' || value === 'false' ? value === 'true' : undefined),
  bare: true,
});

const UNIT_MS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/**
 * A whole number with its unit: `250ms`, `5s`, `2m`, `1h`. The value is in milliseconds.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { durationMs, parseEndpointOptions } from '@stack/address';
 *
 * const { options } = parseEndpointOptions('tcp://127.0.0.1:80?idle=30s', { idle: durationMs() });
 * assert.equal(options.idle, 30_000);
 * ```
 */
export const durationMs = (): OptionType<number> => ({
  expected: 'a duration such as 250ms, 5s, 2m or 1h',
  parse: (value) => {
    const digits = value.search(/[^0-9]/);
    const ms =
      digits < 0 ? Number.NaN : decimal(value.slice(0, digits)) * (UNIT_MS.get(value.slice(digits)) ?? Number.NaN);
    return Number.isSafeInteger(ms) ? ms : undefined;
  },
});
