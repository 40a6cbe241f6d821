import { describe, it } from 'vitest';
import { codecCases } from './codec-cases.test-fixture.ts';
import { fuzz } from './fuzz.test-fixture.ts';

describe.each(codecCases)('$title', (case_) => {
  it('gives the frames and the typed errors of any input, and never hangs', () => {
    fuzz(case_, 2_000);
  });
});
