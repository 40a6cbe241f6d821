import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

test('crc32c() gives the check value of its polynomial', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(0))).toBe(0);
  // RFC 3720 appendix B.4: 32 bytes of zeros, and of ones.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
});
