import { testProject } from '@stack/vitest-config';
import { mergeConfig } from 'vitest/config';

// The checks wait for each other's ends most of the time: four files at once keep two cores half busy.
export default mergeConfig(testProject(), { test: { maxWorkers: 4 } });
