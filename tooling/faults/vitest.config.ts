import { testProject } from '@stack/vitest-config';
import { mergeConfig } from 'vitest/config';

// Most of the time a test waits for programs to start, stall and end.
export default mergeConfig(testProject({ testTimeoutMs: 60_000 }), { test: { maxWorkers: 3 } });
