import { describe, it } from 'vitest';
import { feedUnended, unended } from './unended.test-fixture.ts';

describe('F9: 1 GiB without an end', () => {
  it.each(unended)('F9: %s keeps the cap and 64 KiB at most, and tells once', async (_, make, fill) => {
    await feedUnended(make(1_048_576), fill, 2 ** 30);
  });
});
