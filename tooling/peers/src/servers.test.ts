import { randomBytes } from 'node:crypto';
import { type Program, start, temporaryFolder } from '@stack/interop';
import { system } from '@stack/transport';
import { describe, expect, test } from 'vitest';
import { authority, pemFiles } from './authority.ts';
import { connectTo } from './connect-to.ts';
import { isEchoed } from './exchange.ts';
import { freePort } from './free-port.ts';
import { needs } from './needs.ts';

const socat = needs('socat');

/** Where it says that it listens. */
const socatPort = async ({ stderr }: Program): Promise<string> => {
  for (;;) {
    const line = await stderr.line();
    if (line === null) throw new Error(`socat ended: ${stderr.text}`);
    const port = /listening on .*:(\d+)$/.exec(line)?.[1];
    if (port !== undefined) return port;
  }
};

describe.skipIf(socat.isMissing)(`socat as a server${socat.why}`, () => {
  const serve = (listen: string): Promise<Program> => start('socat', ['-d', '-d', '-t', '15', listen, 'EXEC:cat']);

  test.each([
    ['TCP4-LISTEN:0,bind=127.0.0.1', '127.0.0.1'],
    ['TCP6-LISTEN:0,bind=[::1]', '[::1]'],
  ])('%s: 1 MiB comes back to the byte after we have finished sending', async (listen, host) => {
    await using server = await serve(listen);
    await using client = await system.connect(`tcp://${host}:${await socatPort(server)}`);
    expect(await isEchoed(client)).toBe(true);
  });

  test.each(['UNIX-LISTEN', 'ABSTRACT-LISTEN'])('%s: likewise', async (kind) => {
    using folder = temporaryFolder();
    const isPath = kind === 'UNIX-LISTEN';
    const name = isPath ? folder.file('socat.sock') : `stack-servers-${process.pid}`;
    await using server = await serve(`${kind}:${name}`);
    await using client = await connectTo(server, `unix:${isPath ? '' : '@'}${name}`);
    expect(await isEchoed(client)).toBe(true);
  });

  test.each([
    ['UDP4-LISTEN:0,bind=127.0.0.1', '127.0.0.1'],
    ['UDP6-LISTEN:0,bind=[::1]', '[::1]'],
  ])('%s: datagrams of every size come back', async (listen, host) => {
    await using server = await serve(listen);
    await using peer = await system.connectDatagram(`udp://${host}:${await socatPort(server)}`);
    for (const size of [1, 512, 1_472, 8_192]) {
      const sent = randomBytes(size);
      await peer.send(sent);
      expect(sent.equals(await peer.recv({ timeoutMs: 10_000 }))).toBe(true);
    }
  });
});

const socatAndOpenssl = needs('socat', 'openssl');

describe.skipIf(socatAndOpenssl.isMissing)(`socat as a server of TLS${socatAndOpenssl.why}`, () => {
  test('1 MiB comes back to the byte', async () => {
    using folder = temporaryFolder();
    const { both, ca } = pemFiles(folder);
    const listen = `OPENSSL-LISTEN:0,bind=127.0.0.1,cert=${both},cafile=${ca},verify=1`;
    await using server = await start('socat', ['-d', '-d', '-t', '15', listen, 'EXEC:cat']);
    const tls = { ca: authority().certificate, serverName: 'localhost', identity: authority().issue() };
    await using client = await system.connect(`tls://127.0.0.1:${await socatPort(server)}`, { tls });
    expect(await client.secured).toMatchObject({ authorized: true });
    const sent = randomBytes(2 ** 20);
    const [received] = await Promise.all([client.recvExactly(sent.length), client.send(sent)]);
    expect(sent.equals(received)).toBe(true);
  });
});

const ncat = needs('ncat');
const ncatAndOpenssl = needs('ncat', 'openssl');

/** 1 MiB each way; then both finish. */
const exchange = async (server: Program, endpoint: string, options: Parameters<typeof connectTo>[2]): Promise<void> => {
  await using client = await connectTo(server, endpoint, options);
  const [sent, answer] = [randomBytes(2 ** 20), randomBytes(2 ** 20)];
  // ncat reads nothing while it cannot write.
  const [received] = await Promise.all([client.recvExactly(answer.length), client.send(sent), server.write(answer)]);
  expect(answer.equals(received)).toBe(true);
  await client.closeWrite();
  server.endInput();
  expect(await client.recv()).toBe(null);
  await server.exit;
  expect(sent.equals(server.stdout.bytes)).toBe(true);
};

describe.skipIf(ncat.isMissing)(`ncat as a server${ncat.why}`, () => {
  test.each(['127.0.0.1', '::1'])('at %s: 1 MiB each way, to the byte', async (host) => {
    const port = await freePort(host);
    await using server = await start('ncat', ['-l', host, String(port)]);
    await exchange(server, `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`, {});
  });

  test('at a Unix path: likewise', async () => {
    using folder = temporaryFolder();
    const path = folder.file('ncat.sock');
    await using server = await start('ncat', ['-l', '-U', path]);
    await exchange(server, `unix:${path}`, {});
  });

  test.skipIf(ncatAndOpenssl.isMissing)(`over TLS: likewise${ncatAndOpenssl.why}`, async () => {
    using folder = temporaryFolder();
    const { certificate, key } = pemFiles(folder);
    const port = await freePort('127.0.0.1');
    const own = ['--ssl', '--ssl-cert', certificate, '--ssl-key', key];
    await using server = await start('ncat', ['-l', ...own, '127.0.0.1', String(port)]);
    const tls = { ca: authority().certificate, serverName: 'localhost' };
    await exchange(server, `tls://127.0.0.1:${port}`, { tls });
  });
});
