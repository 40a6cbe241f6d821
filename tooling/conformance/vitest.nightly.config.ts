import { nightlyProject } from '@stack/vitest-config';
import { mergeConfig } from 'vitest/config';

/** The same tests, with many more seeds. */
const moreSeeds = {
  include: ['src/**/*.test.ts'],
  env: { STACK_SEEDS: process.env['STACK_SEEDS'] ?? '50' },
  maxWorkers: 4,
};

export default mergeConfig(nightlyProject(), { test: moreSeeds });
