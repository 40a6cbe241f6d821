import { replayable, temporaryFolder } from '@stack/interop';
import { expect, test } from 'vitest';
import { kinds } from './places.ts';
import { scaled } from './scale.ts';
import { runSubject } from './subject.ts';
import type { SoakReport, SoakWishes } from './subjects/soak.ts';
import { waysToEnd } from './subjects/ways-to-end.ts';

const repeats = scaled(50, 1_000);
const ways = Object.keys(waysToEnd);

const places: Readonly<Record<string, Pick<SoakWishes, 'network' | 'listen'>>> = {
  tcp4: { network: 'system', listen: 'tcp://127.0.0.1:0' },
  tcp6: { network: 'system', listen: 'tcp://[::1]:0' },
  unix: { network: 'system', listen: 'unix:FOLDER/#.sock' },
  abstract: { network: 'system', listen: `unix:@stack-soak-${process.pid}-#` },
  memory: { network: 'memory', listen: 'memory:soak-#' },
};

test.for([...kinds, 'memory' as const])(
  `each of ${ways.length} ways to end a connection, ${repeats} times over %s: no descriptor, resource, listener or file is left`,
  (kind) =>
    replayable(async (random) => {
      using folder = temporaryFolder();
      const place = places[kind];
      if (place === undefined) throw new Error(`Cannot soak ${kind}`);
      const listen = place.listen.replace('FOLDER', folder.path);
      const wishes: SoakWishes = { ...place, listen, repeats, seed: random.below(2 ** 31) };
      const left = await runSubject<SoakReport>('soak', wishes, scaled(55_000, 580_000));
      expect(left).toEqual(Object.fromEntries(ways.map((way) => [way, []])));
      expect(folder.names()).toEqual([]);
    })(),
);
