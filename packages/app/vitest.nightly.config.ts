import { nightlyProject } from '@stack/vitest-config';

/** A million inputs a format take longer than other nightly tests. */
export default nightlyProject({ testTimeoutMs: 1_800_000 });
