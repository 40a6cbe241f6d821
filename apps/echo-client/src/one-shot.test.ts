import { startForeignServer } from '@stack/interop';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { capturedRun } from './captured-run.ts';

describe('--message over a stream', () => {
  it('takes everything until the server finishes, and adds nothing', async () => {
    await using server = await startForeignServer((socket) => {
      socket.once('end', () => socket.write('one\n', () => setImmediate(() => socket.end('two'))));
      socket.resume();
    });
    const { code, stdout } = await capturedRun([server.endpoint, '--message', 'hello']);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: 'one\ntwo' });
  });

  it('sends a message that is larger than what the kernel holds', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const message = 'ß'.repeat(8 * 2 ** 20);
    const { code, stdout } = await capturedRun([server.endpoint, '--message', message]);
    expect(code).toBe(0);
    expect(stdout.equals(Buffer.from(message))).toBe(true);
  });

  it('sends an empty message as the end alone', async () => {
    await using server = await startForeignServer((socket) => {
      let got = 0;
      socket.on('data', (chunk) => (got += chunk.length)).once('end', () => socket.end(`${got} bytes`));
    });
    const { code, stdout } = await capturedRun([server.endpoint, '--message', '']);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: '0 bytes' });
  });

  it('gives up on a server that says nothing within --timeout-ms', async () => {
    await using server = await startForeignServer((socket) => socket.resume());
    const { code, stderr } = await capturedRun([server.endpoint, '--message', 'x', '--timeout-ms', '30']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^echo-client: Cannot receive from .*: timed out after 30 ms, after 1 bytes sent and 0 bytes received\n$/,
    );
  });
});

describe('P17 UDP', () => {
  it('no reply within --timeout-ms: exit 1, "no reply"', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `udp://127.0.0.1:${silent.address().port}`;
    for (const [args, input] of [
      [['--message', 'x'], ''],
      [[], 'x\n'],
      [['--prompt'], 'x\n'],
    ] as const) {
      const { code, stderr } = await capturedRun([endpoint, ...args, '--timeout-ms', '30'], { input });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `echo-client: Cannot receive from ${endpoint}: no reply within 30 ms\n`,
      });
    }
    silent.close();
  });

  it('ignores an answer that comes from elsewhere', async () => {
    const stranger = createSocket('udp4');
    const server = createSocket('udp4', (_message, from) => {
      stranger.send('forged', from.port, from.address, () => server.send('HELLO', from.port, from.address));
    }).bind(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, stdout } = await capturedRun([`udp://127.0.0.1:${server.address().port}`, '--message', 'hello']);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: 'HELLO' });
    stranger.close();
    server.close();
  });

  it('every line is a datagram, the empty one too, and every reply a line', async () => {
    const server = createSocket('udp4', (message, from) => {
      server.send(`<${message}>`, from.port, from.address);
    }).bind(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, stdout } = await capturedRun([`udp://127.0.0.1:${server.address().port}`], { input: 'a\n\nb\r\nc' });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: '<a>\n<>\n<b\r>\n<c>\n' });
    server.close();
  });

  it('a port where nobody is: exit 1 at once', async () => {
    const gone = createSocket('udp4').bind(0, '127.0.0.1');
    await once(gone, 'listening');
    const endpoint = `udp://127.0.0.1:${gone.address().port}`;
    gone.close();
    await once(gone, 'close');
    const { code, stderr } = await capturedRun([endpoint, '--message', 'x']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^echo-client: Cannot receive from .*: connection refused\n$/);
  });

  it('a message that no datagram holds: exit 1, and says so', async () => {
    const server = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, stderr } = await capturedRun([`udp://127.0.0.1:${server.address().port}`, '-m', 'x'.repeat(65_508)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^echo-client: Cannot send to .*: the datagram has 65508 bytes, and at most 65507 fit into one\n$/,
    );
    server.close();
  });
});
