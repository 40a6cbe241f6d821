import { nightlyProject } from '@stack/vitest-config';

export default nightlyProject();
