import { expect, test } from 'vitest';
import { fences } from './fences.ts';

test('fences() finds each block with its info, its first line and the heading above', () => {
  const text = '# One\n\n```ts\nfirst\n\nsecond\n```\n\n## Two\n\n~~~sh -x\n```\n~~~\n';
  expect(fences(text)).toEqual([
    { info: 'ts', code: 'first\n\nsecond', line: 4, heading: 'One' },
    { info: 'sh -x', code: '```', line: 12, heading: 'Two' },
  ]);
});

test('fences() takes a longer fence for one block, and a heading inside a block for code', () => {
  expect(fences('````md\n# no\n```ts\n```\n````\n```ts\nx\n```')).toEqual([
    { info: 'md', code: '# no\n```ts\n```', line: 2, heading: '' },
    { info: 'ts', code: 'x', line: 7, heading: '' },
  ]);
});

test('fences() takes away the indentation of the fence, and no more', () => {
  expect(fences('- item\n\n  ```ts\n  a\n    b\n\n c\n  ```\n')[0]?.code).toBe('a\n  b\n\nc');
});

test('fences() gives an unclosed block to the end, and an empty one', () => {
  expect(fences('```ts\na\nb').map(({ code }) => code)).toEqual(['a\nb']);
  expect(fences('```ts\n```\nafter').map(({ code }) => code)).toEqual(['']);
});
