import { describe, expect, test } from 'vitest';
import { connectionLimits } from './stream-options.ts';

describe('connectionLimits()', () => {
  test('fills in the defaults', () => {
    expect(connectionLimits({})).toEqual({
      maxQueuedBytes: 1_048_576,
      highWaterBytes: 65_536,
      maxReadAheadBytes: 65_536,
    });
  });

  test('the default mark is never above a smaller bound', () => {
    expect(connectionLimits({ maxQueuedBytes: 10 })).toMatchObject({ maxQueuedBytes: 10, highWaterBytes: 10 });
  });

  test('a mark above the bound is a mistake that names both', () => {
    expect(() => connectionLimits({ maxQueuedBytes: 10, highWaterBytes: 11 })).toThrow(
      new RangeError('highWaterBytes must be at most maxQueuedBytes (10), not 11'),
    );
  });

  test.each(['maxQueuedBytes', 'highWaterBytes', 'maxReadAheadBytes'])('%s must be at least 1', (name) => {
    expect(() => connectionLimits({ [name]: 0 })).toThrow(RangeError);
  });
});
