import {
  descriptorsOf,
  memoryOf,
  python,
  runCrowd,
  tellsFigures,
  withoutPython,
  dial,
  type Dialled,
  portOf,
} from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { spawnServer } from './spawned-server.ts';

describe('3. 500 clients at once on the persistent server', () => {
  it.skipIf(python === undefined)(
    `20 exchanges each: every answer is right, all are there from the first to the last${withoutPython}`,
    async () => {
      await using server = await spawnServer(['tcp://127.0.0.1:0?protocol=upper-utf8&backlog=10']);
      const port = String(portOf(server.endpoints[0]));
      const { code, stdout, stderr } = await runCrowd(['127.0.0.1', port, '500', '20']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { right, wrong, seconds } = JSON.parse(stdout.toString()) as { right: number; wrong: []; seconds: number };
      expect({ right, wrong }).toEqual({ right: 10_000, wrong: [] });
      const memory = tellsFigures
        ? `, ${Math.round(memoryOf(server.program.pid).peakBytes / 2 ** 20)} MiB at most`
        : '';
      process.stdout.write(`500 clients x 20 exchanges: ${seconds} s${memory}\n`);
      expect(await server.end()).toBe(0);
    },
  );

  it('none waits for another to leave: the last to come is answered while 500 others stay, silent', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0?protocol=upper-utf8&backlog=10']);
    const [endpoint] = server.endpoints;
    const others: Dialled[] = [];
    for (let count = 0; count < 500; count += 1) {
      const other = await dial(endpoint);
      other.send('hello');
      expect((await other.take(5)).toString()).toBe('HELLO');
      others.push(other);
    }
    using last = await dial(endpoint);
    last.send('straße');
    expect((await last.take(7)).toString()).toBe('STRASSE');

    // And the first ones are still served.
    const [first] = others;
    first?.send('first');
    expect(String(await first?.take(5))).toBe('FIRST');
    if (tellsFigures) expect(descriptorsOf(server.program.pid)).toBeGreaterThan(500);
    for (const other of others) other.socket.destroy();
    expect(await server.end()).toBe(0);
  });
});
