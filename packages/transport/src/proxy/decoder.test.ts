import { describe, expect, test } from 'vitest';
import { isTransportError } from '../contract/errors.ts';
import { repeat } from '../random.test-fixture.ts';
import { decodeProxyHeader, type DecodedProxyHeader, proxyDecoder } from './decoder.ts';
import type { ProxyHeader } from './header.ts';
import { type Accepted, accepted, binary, item, refused } from './vectors.test-fixture.ts';

const expected = ({ version, command, transport, source, destination, details }: Accepted): ProxyHeader => ({
  version,
  command: command ?? 'proxy',
  transport,
  source,
  destination,
  details: { others: [], ...details },
});

const rest = Uint8Array.of(0x0d, 0x0a, 0, 255);

/** Decodes bytes that come in pieces, as they were cut at `cuts`. */
const decodeCut = (bytes: Uint8Array, cuts: readonly number[]): { header: ProxyHeader; rest: Uint8Array } => {
  const decoder = proxyDecoder();
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    const piece = bytes.slice(start, end);
    const decoded: DecodedProxyHeader | undefined = decoder.push(piece);
    // What was pushed is the caller's again.
    const tail = Uint8Array.of(...(decoded?.rest ?? []), ...bytes.slice(end));
    piece.fill(0xee);
    if (decoded !== undefined) return { header: decoded.header, rest: tail };
    start = end;
  }
  throw new Error('the header never became whole');
};

const faultOf = (decode: () => unknown): string => {
  try {
    decode();
  } catch (error) {
    if (isTransportError(error, 'ERR_PROXY_HEADER') && error.kind === 'broken') return error.message;
    throw error;
  }
  return 'accepted';
};

describe('proxyDecoder()', () => {
  test.each(accepted)('$name', (vector) => {
    const whole = decodeProxyHeader(Uint8Array.of(...vector.bytes, ...rest));
    expect(whole.header).toEqual(expected(vector));
    expect(whole.rest).toEqual(rest);
  });

  test.each(accepted)('$name, cut at every byte', (vector) => {
    const bytes = Uint8Array.of(...vector.bytes, ...rest);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(decodeCut(bytes, [cut])).toEqual({ header: expected(vector), rest });
    }
    const everywhere = Array.from(bytes.keys()).slice(1);
    expect(decodeCut(bytes, everywhere)).toEqual({ header: expected(vector), rest });
  });

  test.each(accepted)('$name, with its end missing', ({ bytes }) => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(faultOf(() => decodeProxyHeader(bytes.subarray(0, length)))).toContain(`cut after ${length} bytes`);
    }
  });

  test.each(refused)('refuses $name', ({ bytes, reason }) => {
    const message = faultOf(() => decodeProxyHeader(bytes));
    expect(message).toContain('Cannot receive from the proxy: no valid PROXY header: ');
    expect(message).toContain(reason);
    expect(faultOf(() => decodeCut(bytes, Array.from(bytes.keys()).slice(1)))).toBe(message);
  });

  test('refuses the first byte that cannot begin a header, and a length that is not accepted before its body', () => {
    expect(faultOf(() => proxyDecoder().push(Uint8Array.of(0x47)))).toContain('byte 0');
    expect(faultOf(() => proxyDecoder().push(Uint8Array.of(0x0d, 0x0b)))).toContain('byte 1');
    const long = binary('21', '00', item('04', '00'.repeat(65_532)));
    expect(faultOf(() => proxyDecoder().push(long.subarray(0, 16)))).toContain(
      'it is 65551 bytes long: accepted are 4096',
    );
    expect(decodeProxyHeader(long, { maxHeaderBytes: 65_551 }).header.command).toBe('proxy');
  });

  test('holds no more than a header', () => {
    const decoder = proxyDecoder();
    expect(decoder.push(new TextEncoder().encode('PROXY UNKNOWN '))).toBeUndefined();
    expect(decoder.heldBytes).toBe(14);
    expect(decoder.push(new TextEncoder().encode('\r\n'))?.rest.length).toBe(0);
    expect(decoder.heldBytes).toBe(0);
    expect(() => decoder.push(new Uint8Array(1))).toThrow('its header is whole');
  });

  test('accepts the versions that it was told to', () => {
    const [line] = accepted;
    const block = binary('20', '00');
    expect(faultOf(() => decodeProxyHeader(block, { versions: [1] }))).toContain('version 2 is not accepted here');
    expect(faultOf(() => decodeProxyHeader(line?.bytes ?? block, { versions: [2] }))).toContain('version 1');
    expect(decodeProxyHeader(block, { versions: [2] }).header.command).toBe('local');
  });

  test('refuses a bound that holds no header', () => {
    expect(() => proxyDecoder({ maxHeaderBytes: 15 })).toThrow(RangeError);
    expect(() => proxyDecoder({ maxHeaderBytes: 16.5 })).toThrow(TypeError);
  });

  test('makes of any bytes a header or the typed error, and the same one wherever they are cut', async () => {
    const starts = [...accepted, ...refused].map(({ bytes }) => bytes);
    await repeat(3_000, (random) => {
      const bytes = new Uint8Array(random.pick(starts));
      for (let change = random.int(4); change > 0; change -= 1) bytes[random.int(bytes.length)] = random.int(256);
      const cuts = Array.from({ length: random.int(5) }, () => random.int(bytes.length)).toSorted((a, b) => a - b);
      const outcome = (decode: () => unknown): unknown => {
        try {
          return decode();
        } catch (error) {
          if (isTransportError(error, 'ERR_PROXY_HEADER')) return error.message;
          if (String(error).includes('never became whole')) return 'cut';
          throw error;
        }
      };
      expect(outcome(() => decodeCut(bytes, cuts))).toEqual(outcome(() => decodeCut(bytes, [])));
    });
  });
});
