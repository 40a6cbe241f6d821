import { testProject } from '@stack/vitest-config';

export default testProject();
