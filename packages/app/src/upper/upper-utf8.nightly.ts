import { it } from 'vitest';
import { codePoints, expectSameCut } from './code-points.test-fixture.ts';

it('upperUtf8 comes out the same with every character cut at every byte', () => {
  expectSameCut(codePoints());
});
