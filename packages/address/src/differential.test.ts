import { describe, expect, test } from 'vitest';
import { ipDifferences, type IpDifference } from './ip-differences.test-fixture.ts';
import {
  ipaddrReader,
  isIpHost,
  nodeReader,
  ownHostName,
  pythonReader,
  urlHost,
  urlReader,
  withoutPython,
  type IpReader,
} from './ip-readers.test-fixture.ts';
import { ipLike } from './ip-texts.test-fixture.ts';
import { isFrequent, repeat, repeatAtOnce, same } from './random.test-fixture.ts';

const verdict = (ours: string | undefined, theirs: string | undefined): IpDifference['verdict'] | 'the same' => {
  if (ours === theirs) return 'the same';
  if (ours === undefined) return 'only they accept';
  return theirs === undefined ? 'only we accept' : 'they read another address';
};

const explain = (reader: string, found: string, text: string): string | undefined =>
  ipDifferences.find((known) => known.reader === reader && known.verdict === found && known.holds(text))?.reason;

const compareAll = ({ name, read, ours }: IpReader): void => {
  repeatAtOnce(ipLike, read, (text, theirs) => {
    const found = verdict(ours(text), theirs);
    if (found !== 'the same' && explain(name, found, text) === undefined) {
      expect({ text, ours: ours(text), theirs }).toBe(`the same, or explained in ip-differences: ${found}`);
    }
  });
};

const checkExample = ({ name, read, ours }: IpReader, { example, reason, verdict: expected }: IpDifference): void => {
  const found = verdict(ours(example), read([example])[0]);
  expect([found, explain(name, found, example)]).toEqual([expected, reason]);
};

const readers: readonly (readonly [IpReader, string | undefined])[] = [
  [nodeReader, undefined],
  [urlReader, undefined],
  [ipaddrReader, undefined],
  [pythonReader, withoutPython],
];

describe.each(readers)('inet() and $name', (reader, missing) => {
  const known = ipDifferences.filter(({ reader: name }) => name === reader.name);

  // A name that says why, where the report has no room for reasons.
  const skipped = missing === undefined ? '' : ` (skipped: ${missing})`;

  test.skipIf(missing !== undefined)(`disagree for the listed reasons only${skipped}`, () => compareAll(reader));

  test.skipIf(missing !== undefined).each(known)(`$example: $verdict, since $reason${skipped}`, (difference) =>
    checkExample(reader, difference),
  );
});

test('every known difference is one of a known reader', () => {
  const names = readers.map(([{ name }]) => name);
  for (const { reader } of ipDifferences) expect(names).toContain(reader);
});

test('a name that hostAddress() accepts means the same to a URL parser', () => {
  const characters = [...'abz019--__..X0é \u2488'];
  let accepted = 0;
  const runs = repeat((random) => {
    const text = Array.from({ length: random.int(9) }, () => random.pick(characters)).join('');
    const ours = ownHostName(text);
    if (ours === undefined) return;
    accepted++;
    same(urlHost(text), ours);
    // What DNS is asked for must not be an address to anyone.
    same(isIpHost(urlHost(text)), false);
    same(nodeReader.read([ours])[0], undefined);
  });
  expect(isFrequent(accepted, runs)).toBe(true);
});
