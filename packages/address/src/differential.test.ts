import { describe, expect, test } from 'vitest';
import { hostAddress, inet, isAddressError } from './index.ts';
import { ipLike } from './ip-texts.test-fixture.ts';
import { isFrequent, repeat } from './random.test-fixture.ts';

// The package has no types of the platform: what this test needs of it is declared here.
declare const URL: new (text: string) => { readonly hostname: string };
const net = (await import('node:net' as string)) as { readonly isIP: (text: string) => number };

/** Runs a reader, and returns nothing where it refuses. */
const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (isAddressError(error) || (error instanceof TypeError && 'code' in error)) return undefined;
    throw error;
  }
};

const ourFamily = (text: string): number => {
  const address = attempt(() => inet(text, 0));
  if (address === undefined) return 0;
  return address.family === 'AF_INET' ? 4 : 6;
};

const urlHost = (text: string): string | undefined =>
  attempt(() => new URL(`http://${text.includes(':') ? `[${text}]` : text}/`).hostname);

const isIpHost = (host: string | undefined): boolean =>
  host !== undefined && (host.startsWith('[') || /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/.test(host));

/** Why two readers disagree about a text. Every disagreement has to have a reason, and every reason an example. */
interface Difference {
  readonly reason: string;
  readonly holds: (text: string) => boolean;
  readonly example: string;
}

const reasonFor = (differences: readonly Difference[], text: string): string | undefined =>
  differences.find(({ holds }) => holds(text))?.reason;

const zoneOf = (text: string): string => (text.includes('%') ? text.slice(text.indexOf('%') + 1) : '');

const weAccept: readonly Difference[] = [
  {
    reason: 'net.isIP() knows zones of ASCII letters, digits, "-", "." and ":" only; interface names have more',
    holds: (text) => /[^0-9a-zA-Z\-.:]/.test(zoneOf(text)),
    example: 'fe80::1%br_lan',
  },
];

const nodeAccepts: readonly Difference[] = [
  {
    reason: 'a zone cannot contain ":", which would make "fe80::1%lo0:80" ambiguous',
    holds: (text) => zoneOf(text).includes(':'),
    example: 'fe80::1%lo0:80',
  },
  {
    reason: 'an interface name has at most 15 bytes',
    holds: (text) => zoneOf(text).length > 15,
    example: 'fe80::1%aaaaaaaaaaaaaaaa',
  },
];

// In the order in which a URL parser does them.
const urlAccepts: readonly Difference[] = [
  {
    reason: 'a URL parser drops tabs and line ends',
    holds: (text) => /[\t\n\r]/.test(text),
    example: '127.0.0.1\n',
  },
  {
    reason: 'a URL parser finds user names, ports, paths, queries and fragments',
    holds: (text) => /[/\\?#@:]/.test(text),
    example: 'user@127.0.0.1',
  },
  {
    reason: 'a URL parser decodes percent escapes',
    holds: (text) => /%[0-9a-fA-F]{2}/.test(text),
    example: '%31.0.0.1',
  },
  {
    reason: 'a URL parser maps other digits and dots to ASCII',
    holds: (text) => /[^\0-\x7f]/.test(text),
    example: '１２７.0.0.1',
  },
  {
    reason: 'a URL parser reads what inet_aton reads: fewer parts, octal, hexadecimal, a dot at the end',
    holds: (text) => /^(?:(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?)+$/.test(text),
    example: '0x7f.1',
  },
];

describe('inet() and net.isIP()', () => {
  test('disagree for the listed reasons only', () => {
    repeat(20_000, (random) => {
      const text = ipLike(random);
      const [ours, nodes] = [ourFamily(text), net.isIP(text)];
      if (ours !== nodes) expect([text, reasonFor(ours === 0 ? nodeAccepts : weAccept, text)]).not.toContain(undefined);
    });
  });

  test.each(weAccept)('inet() accepts $example: $reason', ({ example, reason }) => {
    expect([ourFamily(example), net.isIP(example)]).toEqual([6, 0]);
    expect(reasonFor(weAccept, example)).toBe(reason);
  });

  test.each(nodeAccepts)('net.isIP() accepts $example: $reason', ({ example, reason }) => {
    expect([ourFamily(example), net.isIP(example)]).toEqual([0, 6]);
    expect(reasonFor(nodeAccepts, example)).toBe(reason);
  });
});

describe('inet() and URL', () => {
  test('disagree for the listed reasons only', () => {
    repeat(10_000, (random) => {
      const text = ipLike(random);
      const host = urlHost(text);
      const ours = attempt(() => inet(text, 0));
      // URLs have no zones (RFC 9844).
      if (ours !== undefined && zoneOf(text) === '') {
        // URL writes IPv4-mapped addresses in hexadecimal: the same address, another text.
        expect(host === undefined ? text : inet(host.replaceAll(/[[\]]/g, ''), 0)).toStrictEqual(ours);
      }
      if (ours === undefined && isIpHost(host)) expect([text, reasonFor(urlAccepts, text)]).not.toContain(undefined);
    });
  });

  test.each(urlAccepts)('URL makes an IP address of $example: $reason', ({ example, reason }) => {
    expect(ourFamily(example)).toBe(0);
    expect(isIpHost(urlHost(example))).toBe(true);
    expect(reasonFor(urlAccepts, example)).toBe(reason);
  });
});

describe('hostAddress() and URL', () => {
  const characters = [...'abz019--__..X0é \u2488'];

  test('a name that is accepted means the same to a URL parser', () => {
    let accepted = 0;
    const runs = repeat(8_000, (random) => {
      const text = Array.from({ length: random.int(9) }, () => random.pick(characters)).join('');
      const ours = attempt(() => hostAddress(text, 0));
      if (ours === undefined) return;
      accepted++;
      if (urlHost(text) !== ours.host) expect(urlHost(text)).toBe(ours.host);
      // What DNS is asked for must not be an address to anyone.
      if (isIpHost(urlHost(text)) || net.isIP(ours.host) !== 0) expect(text).toBe('no IP address');
    });
    expect(isFrequent(accepted, runs)).toBe(true);
  });
});
