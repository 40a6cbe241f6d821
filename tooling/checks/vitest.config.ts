import { testProject } from '@stack/vitest-config';

// Concurrent tests start processes here: examples, linters, compilers.
export default testProject({ maxConcurrency: 2 });
