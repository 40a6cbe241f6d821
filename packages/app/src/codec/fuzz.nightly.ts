import { describe, it } from 'vitest';
import { codecCases } from './codec-cases.test-fixture.ts';
import { fuzz } from './fuzz.test-fixture.ts';

describe.each(codecCases)('$title', (case_) => {
  it('gives the frames and the typed errors of a million inputs, and never hangs', () => {
    fuzz(case_, case_.isVariant ? 100_000 : 1_000_000);
  });
});
