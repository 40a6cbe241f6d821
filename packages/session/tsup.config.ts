import { libraryBuild } from '@stack/tsup-config';

export default libraryBuild({ index: 'src/index.ts', 'main/index': 'src/main/index.ts' });
