// RFC 9260 appendix A: the Castagnoli polynomial, 0x1EDC6F41, its bits in reverse order.
const polynomial = 0x82f63b78;

const step = (crc: number): number => (crc >>> 1) ^ (crc & 1 ? polynomial : 0);

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = step(crc);
  return crc;
});

/** The CRC-32C checksum of `bytes`, 0 to 2³² - 1 (RFC 9260 appendix A). */
export const crc32c = (bytes: Uint8Array): number => {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
};
