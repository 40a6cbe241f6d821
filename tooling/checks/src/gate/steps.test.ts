import { expect, test } from 'vitest';
import { pickSteps, steps } from './steps.ts';

const names = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name);
const daily = steps({ isNightly: false });

test('steps() runs what is quick first and the tests last', () => {
  expect(names(daily)).toEqual(['format', 'manifests', 'unused', 'boundaries', 'packages', 'test']);
});

test('steps() adds the long tests only when asked', () => {
  expect(names(steps({ isNightly: true }))).toEqual([...names(daily), 'nightly']);
});

test('steps() looks for changesets in pull requests only', () => {
  expect(names(steps({ isNightly: false, pullRequestInto: '' }))).toEqual(names(daily));
  expect(steps({ isNightly: false, pullRequestInto: 'main' })[0]).toMatchObject({
    name: 'changesets',
    args: ['status', '--since=origin/main'],
  });
});

test('steps() lets no turbo task hide the others', () => {
  const runs = steps({ isNightly: true }).filter(({ args }) => args[0] === 'run');
  expect(names(runs)).toEqual(['packages', 'test', 'nightly']);
  for (const { args } of runs) expect(args).toContain('--continue=dependencies-successful');
});

test('pickSteps() gives every step when none is named, else the named ones in the order of the gate', () => {
  expect(pickSteps(daily, [])).toBe(daily);
  expect(names(pickSteps(daily, ['test', 'format']))).toEqual(['format', 'test']);
});

test('pickSteps() names the steps there are when one is unknown', () => {
  expect(() => pickSteps(daily, ['knip'])).toThrow(
    'Cannot run the step "knip": the steps are format, manifests, unused, boundaries, packages, test',
  );
});
