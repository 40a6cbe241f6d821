import { testProject } from '@stack/vitest-config';

export default testProject({ testTimeoutMs: 60_000 });
