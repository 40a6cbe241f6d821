import { python, pythonUpper, temporaryFolder, withoutPython, dial } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { spawnServer } from './spawned-server.ts';

/** Characters of one to four bytes, with upper cases that are longer, shorter and the same. */
const TEXT = 'aßéŉıΐ中ﬃ😀𐐨z';

/** The longest part of `bytes` up to `end` that holds whole characters only. */
const wholeCharacters = (bytes: Buffer, end: number): number => {
  let whole = end;
  while (whole < bytes.length && ((bytes[whole] ?? 0) & 0xc0) === 0x80) whole -= 1;
  return whole;
};

describe.skipIf(python === undefined)(`2. every cut of a multi-byte character${withoutPython}`, () => {
  it.each(['tcp', 'unix'])('gives the same answer over %s', async (scheme) => {
    using folder = temporaryFolder();
    const at = scheme === 'tcp' ? 'tcp://127.0.0.1:0' : `unix:${folder.file('a')}`;
    await using server = await spawnServer([`${at}?protocol=upper-utf8`]);
    using client = await dial(server.endpoints[0]);
    const bytes = Buffer.from(TEXT);
    const cuts = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
    const prefixes = cuts.map((cut) => bytes.subarray(0, wholeCharacters(bytes, cut)));
    const [whole, ...before] = await pythonUpper([bytes, ...prefixes]);
    const expected = whole?.text ?? Buffer.of();

    for (const [index, cut] of cuts.entries()) {
      const prefix = before[index]?.text ?? Buffer.of();
      client.send(bytes.subarray(0, cut));
      // The server has answered the characters that are whole: the cut was a cut for it, too.
      expect(await client.take(prefix.length)).toEqual(prefix);
      client.send(bytes.subarray(cut));
      expect(await client.take(expected.length - prefix.length)).toEqual(expected.subarray(prefix.length));
    }
    expect(client.pendingBytes).toBe(0);
  });

  it('gives the same answer a byte at a time', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0?protocol=upper-utf8']);
    using client = await dial(server.endpoints[0]);
    const bytes = Buffer.from(TEXT.repeat(3));
    const [whole] = await pythonUpper([bytes]);
    for (const byte of bytes) {
      client.send(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.socket.end();
    expect(await client.rest()).toEqual(whole?.text);
  });

  it('upper gives the same answer at every cut, bytes by bytes', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0?protocol=upper']);
    using client = await dial(server.endpoints[0]);
    const bytes = Buffer.from(TEXT);
    const [whole] = await pythonUpper([bytes]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      client.send(bytes.subarray(0, cut));
      expect(await client.take(cut)).toEqual(whole?.bytes.subarray(0, cut));
      client.send(bytes.subarray(cut));
      expect(await client.take(bytes.length - cut)).toEqual(whole?.bytes.subarray(cut));
    }
  });
});
