import { libraryBuild } from '@stack/tsup-config';

export default libraryBuild({
  index: 'src/index.ts',
  'memory/index': 'src/memory/index.ts',
  'proxy/index': 'src/proxy/index.ts',
  'virtual/index': 'src/virtual/index.ts',
  'node/index': 'src/node/index.ts',
  'node/inherited/index': 'src/node/inherited/index.ts',
  'node/duplex': 'src/node/duplex.ts',
  'no-backend': 'src/no-backend.ts',
});
