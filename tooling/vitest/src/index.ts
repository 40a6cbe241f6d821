import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@stack/source', 'node', 'import', 'default'];

/** What a package may change; everything else is the same for all. */
interface TestOptions {
  /** Milliseconds a test may take. Default 20,000: a hang fails, a busy machine does not. */
  readonly testTimeoutMs?: number;
  /** How many tests marked as concurrent run at a time in one file. Default 5. */
  readonly maxConcurrency?: number;
}

/** The files of a run, and the report that it leaves. */
interface Run {
  readonly include: string;
  readonly report: string;
}

const project = (
  { include, report }: Run,
  { testTimeoutMs = 20_000, maxConcurrency = 5 }: TestOptions,
): ViteUserConfig =>
  defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      include: [include],
      testTimeout: testTimeoutMs,
      hookTimeout: testTimeoutMs,
      maxConcurrency,
      reporters: ['default', ['json', { outputFile: report }]],
      dangerouslyIgnoreUnhandledErrors: false,
      unstubGlobals: true,
      restoreMocks: true,
      pool: 'forks',
    },
  });

/**
 * The test run of a package: sources without a build, no network but loopback, and a report that
 * the gate counts (`reports/vitest.json`).
 */
export const testProject = (options: TestOptions = {}): ViteUserConfig =>
  project({ include: 'src/**/*.test.ts', report: 'reports/vitest.json' }, options);

/**
 * What takes too long, or too much of the machine, for every change: files that end in `.nightly.ts`, for a script named
 * `nightly`. The gate counts its report too (`reports/nightly.json`). A test may take 10 minutes.
 */
export const nightlyProject = (options: TestOptions = {}): ViteUserConfig =>
  project({ include: 'src/**/*.nightly.ts', report: 'reports/nightly.json' }, { testTimeoutMs: 600_000, ...options });
