import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@stack/source', 'node', 'import', 'default'];

/** What a package may change; everything else is the same for all. */
interface TestOptions {
  /** Milliseconds a test may take. Default 20,000: a hang fails, a busy machine does not. */
  readonly testTimeoutMs?: number;
}

/**
 * The test run of a package: sources without a build, no network but loopback, and a report that
 * the gate counts (`reports/vitest.json`).
 */
export const testProject = ({ testTimeoutMs = 20_000 }: TestOptions = {}): ViteUserConfig =>
  defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      include: ['src/**/*.test.ts'],
      testTimeout: testTimeoutMs,
      hookTimeout: testTimeoutMs,
      reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
      dangerouslyIgnoreUnhandledErrors: false,
      unstubGlobals: true,
      restoreMocks: true,
      pool: 'forks',
    },
  });
