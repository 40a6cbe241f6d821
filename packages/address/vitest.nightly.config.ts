import { nightlyProject } from '@stack/vitest-config';
import { mergeConfig } from 'vitest/config';

/** The same tests, with a million random values for each property. */
const moreRuns = {
  include: ['src/**/*.test.ts'],
  env: { STACK_RUNS: process.env['STACK_RUNS'] ?? '1000000' },
};

export default mergeConfig(nightlyProject(), { test: moreRuns });
