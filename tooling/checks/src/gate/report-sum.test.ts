import { expect, test } from 'vitest';
import { addCounts, countLine, countReport, noTests } from './report-sum.ts';

const report = (overrides: object): string =>
  JSON.stringify({
    numPassedTests: 2,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    success: true,
    testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] }],
    ...overrides,
  });

test('countReport() counts what passed, and skipped and todo as skipped', () => {
  expect(countReport(report({ numPendingTests: 1, numTodoTests: 2 }))).toEqual({ passed: 2, failed: 0, skipped: 3 });
});

test('countReport() counts a failed test once, not its file again', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
  expect(countReport(report({ numFailedTests: 1, success: false, testResults }))).toMatchObject({ failed: 1 });
});

test('countReport() counts each file that failed without a failed test: no load, a broken hook', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'passed' }] },
  ];
  expect(countReport(report({ success: false, testResults }))).toMatchObject({ passed: 2, failed: 2 });
});

test('countReport() counts a run that failed outside its tests as one failure', () => {
  expect(countReport(report({ success: false }))).toMatchObject({ passed: 2, failed: 1 });
  expect(countReport(report({ numPassedTests: 0, success: false, testResults: [] }))).toMatchObject({ failed: 1 });
});

test('countReport() refuses what is no report', () => {
  for (const text of ['{}', 'null', '[]', report({ numPassedTests: '2' }), report({ testResults: undefined })]) {
    expect(() => countReport(text), text).toThrow('no vitest json report');
  }
  expect(() => countReport('{"numPassedTests": 2')).toThrow(SyntaxError);
});

test('addCounts() adds each count', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addCounts(addCounts(noTests, one), one)).toEqual({ passed: 2, failed: 4, skipped: 6 });
});

test('countLine() names skipped tests only when there are some', () => {
  expect(countLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(countLine({ passed: 12, failed: 1, skipped: 4 })).toBe('12 passed, 1 failed, 4 skipped');
});
