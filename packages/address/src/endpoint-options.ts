import type { Endpoint } from './address.ts';
import { ENDPOINT_NOUN, readEndpoint } from './endpoint.ts';
import { Fault, moved, parseWith, tryWith } from './fault.ts';
import type { OptionType } from './option-type.ts';
import { quote, quoteAt } from './quote.ts';
import type { Result } from './result.ts';

/** The options that an endpoint may have, by key. */
export type OptionSchema = Readonly<Record<string, OptionType<unknown>>>;

/** The values of a schema. A key that the text does not have is absent. */
export type OptionValues<S extends OptionSchema> = {
  readonly [K in keyof S]?: S[K] extends OptionType<infer T> ? T : never;
};

/** An endpoint and the options that came with it. */
export interface EndpointOptions<S extends OptionSchema> {
  readonly endpoint: Endpoint;
  readonly options: OptionValues<S>;
}

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_OPTION', index, reason);

const known = (schema: OptionSchema): string => {
  const keys = Object.keys(schema);
  return keys.length === 0 ? 'this endpoint takes no options' : `the known ones are ${keys.join(', ')}`;
};

/** Percent-decodes a value. `+` is refused: a space to some readers, a plus to others. */
const decode = (text: string): string | Fault => {
  const bad = text.search(/[+#?=\s]|%(?![0-9A-Fa-f]{2})/);
  if (bad >= 0) return fault(bad, `found ${quoteAt(text, bad)}, which is written as a percent escape such as %20`);
  try {
    return decodeURIComponent(text);
  } catch {
    return fault(text.indexOf('%'), 'the percent escapes are not UTF-8');
  }
};

const readValue = (key: string, type: OptionType<unknown>, value: string | undefined): unknown => {
  if (value === undefined) {
    return type.bare ?? fault(0, `option ${quote(key)} needs a value: expected ${type.expected}`);
  }
  const decoded = decode(value);
  if (decoded instanceof Fault) {
    return fault(key.length + 1 + decoded.index, `option ${quote(key)}: ${decoded.reason}`);
  }
  const refusal = `option ${quote(key)} is ${quote(decoded)}, expected ${type.expected}`;
  return type.parse(decoded) ?? fault(key.length + 1, refusal);
};

const readPair = (pair: string, schema: OptionSchema, values: Map<string, unknown>): Fault | undefined => {
  const equals = pair.indexOf('=');
  const key = equals < 0 ? pair : pair.slice(0, equals);
  const type = Object.hasOwn(schema, key) ? schema[key] : undefined;
  if (key === '') return fault(0, 'expected an option such as key=value');
  if (type === undefined) return fault(0, `option ${quote(key)} is not known, ${known(schema)}`);
  if (values.has(key)) return fault(0, `option ${quote(key)} is given twice`);
  const value = readValue(key, type, equals < 0 ? undefined : pair.slice(equals + 1));
  if (value instanceof Fault) return value;
  values.set(key, value);
  return undefined;
};

const readQuery = (query: string, schema: OptionSchema): Map<string, unknown> | Fault => {
  const values = new Map<string, unknown>();
  let start = 0;
  while (start <= query.length) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand < 0 ? query.length : ampersand;
    const bad = readPair(query.slice(start, end), schema, values);
    if (bad !== undefined) return moved<never>(bad, start);
    start = end + 1;
  }
  return values;
};

const reader =
  <S extends OptionSchema>(schema: S) =>
  (text: string): EndpointOptions<S> | Fault => {
    const mark = text.indexOf('?');
    const endpoint = readEndpoint(mark < 0 ? text : text.slice(0, mark));
    if (endpoint instanceof Fault) return endpoint;
    const values = mark < 0 ? new Map<string, unknown>() : moved(readQuery(text.slice(mark + 1), schema), mark + 1);
    if (values instanceof Fault) return values;
    // Every value came out of the type that the schema has under its key.
    const options = Object.freeze(Object.fromEntries(values)) as OptionValues<S>;
    return Object.freeze({ endpoint, options });
  };

/**
 * Reads an endpoint with options after the first `?`, whatever its scheme: `key=value` pairs with `&` between them, each
 * key at most once, and none that the schema does not have.
 *
 * Values are percent-decoded as UTF-8. `+`, `#`, `?`, `=` and space stand in a value only as percent escapes, so that no
 * reader takes `+` for a space. A key that is absent is absent in `options`.
 *
 * @throws {AddressError} code `ERR_ADDRESS_OPTION` for an option that is unknown, given twice or has a bad value, naming
 * it and what would be right; otherwise the codes of `parseEndpoint`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { oneOf, parseEndpointOptions, uint } from '@stack/address';
 *
 * const schema = { backlog: uint(1, 65_535), protocol: oneOf('echo', 'upper') };
 * const { endpoint, options } = parseEndpointOptions('tcp://127.0.0.1:9090?backlog=10', schema);
 * assert.equal(endpoint.scheme, 'tcp');
 * assert.deepEqual(options, { backlog: 10 });
 * assert.throws(() => parseEndpointOptions('tcp://127.0.0.1:9090?backlog=0', schema), {
 *   code: 'ERR_ADDRESS_OPTION',
 *   message:
 *     '"tcp://127.0.0.1:9090?backlog=0" is not an endpoint: option "backlog" is "0", expected an integer from 1 to 65535',
 * });
 * ```
 */
export const parseEndpointOptions = <const S extends OptionSchema>(text: string, schema: S): EndpointOptions<S> =>
  parseWith(reader(schema), ENDPOINT_NOUN, text);

/**
 * Like `parseEndpointOptions`, returning the error.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { tryParseEndpointOptions, uint } from '@stack/address';
 *
 * const result = tryParseEndpointOptions('tcp://127.0.0.1:80?backlgo=1', { backlog: uint(1, 65_535) });
 * assert(!result.ok);
 * assert.equal(result.error.code, 'ERR_ADDRESS_OPTION');
 * ```
 */
export const tryParseEndpointOptions = <const S extends OptionSchema>(
  text: string,
  schema: S,
): Result<EndpointOptions<S>> => tryWith(reader(schema), ENDPOINT_NOUN, text);
