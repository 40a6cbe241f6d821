import { testProject } from '@stack/vitest-config';

// Installing takes its time on a busy machine.
export default testProject({ testTimeoutMs: 60_000 });
