import { defineConfig, type Options } from 'tsup';

/**
 * The build of a published package: ES modules for Node 22 and newer, one file an entry and shared chunks.
 *
 * Declarations are not tsup's: TypeScript 7 has no API for them, so each `build` script runs `tsc` after tsup.
 */
export const libraryBuild = (entry: Record<string, string>): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'neutral',
    dts: false,
    sourcemap: true,
    clean: true,
    // What the system offers is chosen by the `imports` map of the package, when it is loaded.
    external: [/^#/, /^node:/],
    removeNodeProtocol: false,
  } satisfies Options);
