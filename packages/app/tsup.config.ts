import { libraryBuild } from '@stack/tsup-config';

export default libraryBuild({ index: 'src/index.ts', 'codec/index': 'src/codec/index.ts' });
