import { testProject } from '@stack/vitest-config';
import { mergeConfig } from 'vitest/config';

// The programs are waited for most of the time, and each is started anew.
export default mergeConfig(testProject(), { test: { maxWorkers: 2 } });
