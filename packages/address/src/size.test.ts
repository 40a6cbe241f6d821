import { build, type BuildOptions } from 'esbuild';
import { expect, test } from 'vitest';

const { gzipSync } = (await import('node:zlib' as string)) as {
  readonly gzipSync: (data: Uint8Array, options: { readonly level: number }) => Uint8Array;
};
const { runInNewContext } = (await import('node:vm' as string)) as {
  readonly runInNewContext: (code: string) => unknown;
};

/** What a browser gets whose program is one line, and the files that it comes from. */
const bundle = async (contents: string, options: BuildOptions = {}) => {
  const { outputFiles = [], metafile } = await build({
    stdin: { contents, resolveDir: 'src' },
    bundle: true,
    minify: true,
    treeShaking: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@stack/source'],
    write: false,
    metafile: true,
    logLevel: 'silent',
    ...options,
  });
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  return { code: outputFiles[0]?.contents ?? new Uint8Array(), text: outputFiles[0]?.text ?? '', files };
};

test('parseEndpoint() and what it needs take at most 4 kB, minified and gzipped', async () => {
  const { code, files } = await bundle("export { parseEndpoint } from '@stack/address';");
  expect(files).toContain('src/endpoint.ts');
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(4_096);
});

test('what is not used stays out of a bundle', async () => {
  expect((await bundle("export { isPort } from '@stack/address';")).files).toEqual(['src/port.ts']);
  expect((await bundle("import '@stack/address';")).files).toEqual([]);
});

test('the whole package runs where there is nothing but the language', async () => {
  // An import of the platform would fail the build; a global of it is missing in a new context.
  const { text } = await bundle("export * from '@stack/address';", { format: 'iife', globalName: 'address' });
  const probe = `
    const { CidrSet, formatEndpoint, inet, isGlobal, parseEndpoint, parseEndpointOptions, peerKey, uint } = address;
    const { endpoint } = parseEndpointOptions('unix:/run/%25?n=1', { n: uint(0, 9) });
    [
      formatEndpoint(parseEndpoint('udp://[FE80::0001%eth0]:7')),
      formatEndpoint(endpoint),
      peerKey(inet('2001:db8::1', 80)),
      CidrSet.of('10.0.0.0/8').has(inet('::ffff:10.1.2.3', 80)),
      isGlobal(inet('9.9.9.9', 53)),
      typeof process + typeof URL + typeof TextEncoder,
    ].join(' ');
  `;
  expect(runInNewContext(text + probe)).toBe(
    'udp://[fe80::1%eth0]:7 unix:/run/%25 2001:db8::/64 true true undefinedundefinedundefined',
  );
});
