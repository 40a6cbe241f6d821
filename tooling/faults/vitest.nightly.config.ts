import { nightlyProject } from '@stack/vitest-config';
import { mergeConfig } from 'vitest/config';

/** The same faults, as often and as large as they are meant to be. */
const inFull = {
  include: ['src/**/*.test.ts'],
  env: { STACK_FAULTS: 'full' },
};

export default mergeConfig(nightlyProject(), { test: inFull });
