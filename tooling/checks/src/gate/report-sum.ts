/** How many tests did what. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of a vitest json report that is counted. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
  readonly testResults: readonly FileResult[];
}

interface FileResult {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

/** Nothing counted yet. */
export const noTests: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Adds two counts. */
export const addCounts = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

const isFailed = ({ status }: { readonly status: string }): boolean => status === 'failed';

const asReport = (text: string): Report => {
  const report = JSON.parse(text) as Partial<Report> | null;
  const numbers = [report?.numPassedTests, report?.numFailedTests, report?.numPendingTests, report?.numTodoTests];
  if (!numbers.every(Number.isSafeInteger) || !Array.isArray(report?.testResults)) {
    throw new TypeError('Cannot count the tests: the file is no vitest json report');
  }
  return report as Report;
};

/**
 * Counts the tests of one vitest json report.
 *
 * What vitest reports without a failed test still counts as one: a file that could not be loaded, a hook that threw, an
 * error that came from nowhere, a run that found no test.
 */
export const countReport = (text: string): Counts => {
  const report = asReport(text);
  const brokenFiles = report.testResults.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed));
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
};

/** The last line of a run: `12 passed, 0 failed`, and what was skipped only when something was. */
export const countLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
