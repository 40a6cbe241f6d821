import { formatAddress, inet, unixAbstract } from '@stack/address';
import { temporaryFolder } from '@stack/interop';
import { type EndpointLike, type Listener, system } from '@stack/transport';
import { decodeProxyHeader, encodeProxyHeader, type ProxyHeader, recvProxyHeader } from '@stack/transport/proxy';
import { describe, expect, test } from 'vitest';
import { authority, pemFiles } from './authority.ts';
import { echo, isEchoed, Served } from './exchange.ts';
import { freePort } from './free-port.ts';
import { startHaproxy } from './haproxy.ts';
import { needs } from './needs.ts';
import { connectTo } from './connect-to.ts';

const haproxy = needs('haproxy');

/** Reads the header that every connection begins with, and echoes what follows. */
const behindProxy = (listener: Listener): Served<ProxyHeader> =>
  new Served(listener, async (connection, tell) => {
    tell(await recvProxyHeader(connection, { timeoutMs: 10_000 }));
    await echo(connection);
  });

interface Place {
  /** What our listener is given. */
  readonly endpoint: EndpointLike;
  /** The same as HAProxy writes it. */
  readonly server: (listener: Listener) => string;
}

const portOf = ({ addresses: [address] }: Listener): number => (address && 'port' in address ? address.port : 0);

/** HAProxy fills abstract names up with NUL. */
const abstractName = `stack-haproxy-${process.pid}`;
const places = (path: string): Readonly<Record<string, Place>> => ({
  'TCP over IPv4': { endpoint: 'tcp://127.0.0.1:0', server: (listener) => `127.0.0.1:${portOf(listener)}` },
  'TCP over IPv6': { endpoint: 'tcp://[::1]:0', server: (listener) => `[::1]:${portOf(listener)}` },
  'a Unix path': { endpoint: `unix:${path}`, server: () => `unix@${path}` },
  'an abstract name': {
    endpoint: { scheme: 'unix', address: unixAbstract(abstractName.padEnd(107, '\0')) },
    server: () => `abns@${abstractName}`,
  },
});

describe.skipIf(haproxy.isMissing)(`HAProxy in front of us${haproxy.why}`, () => {
  describe.each(['TCP over IPv4', 'TCP over IPv6', 'a Unix path', 'an abstract name'])('over %s', (name) => {
    test.each([
      ['send-proxy', 1],
      ['send-proxy-v2', 2],
      ['send-proxy-v2 proxy-v2-options crc32c,unique-id,authority', 2],
    ] as const)('%s: the client is told, 1 MiB comes back to the byte', async (options, version) => {
      using folder = temporaryFolder();
      const place = places(folder.file('ours.sock'))[name];
      if (place === undefined) throw new Error(name);
      const listener = await system.listen(place.endpoint);
      await using served = behindProxy(listener);
      const port = await freePort('127.0.0.1');
      const relay = { bind: `127.0.0.1:${port}`, server: `${place.server(listener)} ${options}` };
      await using proxy = await startHaproxy(folder, relay);
      await using client = await connectTo(proxy, `tcp://127.0.0.1:${port}`);
      expect(await isEchoed(client)).toBe(true);
      const header = await served.next();
      expect(header).toMatchObject({ version, command: 'proxy', transport: 'stream' });
      expect([header.source, header.destination].map((address) => address && formatAddress(address))).toEqual([
        formatAddress(client.local),
        `127.0.0.1:${port}`,
      ]);
      const { uniqueId, others } = header.details;
      expect(others).toEqual([]);
      if (options.includes('unique-id')) expect(String(Buffer.from(uniqueId ?? []))).toMatch(/^id-127\.0\.0\.1-\d+$/);
    });
  });

  test('from IPv6 to IPv6: both addresses are told', async () => {
    using folder = temporaryFolder();
    const listener = await system.listen('tcp://[::1]:0');
    await using served = behindProxy(listener);
    const port = await freePort('::1');
    const relay = { bind: `[::1]:${port}`, server: `[::1]:${portOf(listener)} send-proxy-v2` };
    await using proxy = await startHaproxy(folder, relay);
    await using client = await connectTo(proxy, `tcp://[::1]:${port}`);
    expect(await isEchoed(client)).toBe(true);
    expect(await served.next()).toMatchObject({ source: client.local, destination: inet('::1', port) });
  });

  test.each([
    ['send-proxy', { version: 1, command: 'proxy', transport: undefined }],
    ['send-proxy-v2', { version: 2, command: 'local', transport: undefined }],
    [
      'send-proxy-v2 proxy-v2-options unique-id,crc32c',
      { version: 2, command: 'local', details: { uniqueId: expect.any(Uint8Array) as Uint8Array, others: [] } },
    ],
  ] as const)('%s of a client that came over a Unix socket tells no address', async (options, expected) => {
    using folder = temporaryFolder();
    const path = folder.file('haproxy.sock');
    const listener = await system.listen('tcp://127.0.0.1:0');
    await using served = behindProxy(listener);
    const relay = { bind: `unix@${path}`, server: `127.0.0.1:${portOf(listener)} ${options}` };
    await using proxy = await startHaproxy(folder, relay);
    await using client = await connectTo(proxy, `unix:${path}`);
    expect(await isEchoed(client)).toBe(true);
    expect(await served.next()).toMatchObject({ ...expected, source: undefined, destination: undefined });
  });

  test.each([
    ['send-proxy', 'proxy'],
    ['send-proxy-v2', 'local'],
    ['send-proxy-v2 proxy-v2-options crc32c,ssl,unique-id', 'local'],
  ])('%s health checks are told from clients, if they can be', async (options, command) => {
    using folder = temporaryFolder();
    const listener = await system.listen('tcp://127.0.0.1:0');
    await using served = behindProxy(listener);
    const checks = 'check check-send-proxy inter 50ms';
    const relay = {
      bind: `unix@${folder.file('haproxy.sock')}`,
      server: `127.0.0.1:${portOf(listener)} ${checks} ${options}`,
    };
    await using _proxy = await startHaproxy(folder, relay);
    for (let count = 0; count < 3; count += 1) {
      expect(await served.next()).toMatchObject({ command });
    }
  });
});

const haproxyAndOpenssl = needs('haproxy', 'openssl');

describe.skipIf(haproxyAndOpenssl.isMissing)(`HAProxy and TLS${haproxyAndOpenssl.why}`, () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s in front of it: what the client negotiated is told',
    async (version) => {
      using folder = temporaryFolder();
      const listener = await system.listen('tcp://127.0.0.1:0');
      await using served = behindProxy(listener);
      const options = 'crc32c,ssl,cert-cn,ssl-cipher,cert-sig,cert-key,authority,unique-id';
      const port = await freePort('127.0.0.1');
      const { both, ca } = pemFiles(folder);
      const certificates = `crt ${both} ca-file ${ca} verify optional`;
      const relay = {
        bind: `127.0.0.1:${port} ssl ${certificates} alpn echo,h2`,
        server: `127.0.0.1:${portOf(listener)} send-proxy-v2-ssl-cn proxy-v2-options ${options}`,
      };
      await using proxy = await startHaproxy(folder, relay);
      await using plain = await connectTo(proxy, `tcp://127.0.0.1:${port}`);
      const tls = {
        ca: authority().certificate,
        serverName: 'localhost',
        alpn: ['echo'],
        identity: authority().issue({ commonName: 'A client' }),
        minVersion: version,
        maxVersion: version,
      };
      await using client = await system.connect(`tls://127.0.0.1:${port}`, { tls, timeoutMs: 10_000 });
      expect(await client.secured).toMatchObject({ protocol: version, alpn: 'echo', authorized: true });
      expect(await isEchoed(client)).toBe(true);
      const header = await served.next();
      expect(header).toMatchObject({
        version: 2,
        command: 'proxy',
        source: client.local,
        details: {
          authority: 'localhost',
          uniqueId: expect.any(Uint8Array) as Uint8Array,
          tls: {
            isUsed: true,
            hasCertificate: true,
            hasSessionCertificate: true,
            isVerified: true,
            version,
            commonName: 'A client',
            cipher: expect.stringMatching(/^(TLS_AES|ECDHE-ECDSA)/) as string,
            keyAlgorithm: 'EC256',
            others: [],
          },
          others: [],
        },
      });
      expect(String(Buffer.from(header.details.alpn ?? []))).toBe('echo');
      // Written again, it says the same.
      expect(decodeProxyHeader(encodeProxyHeader({ ...header, checksum: true })).header).toEqual(header);
      plain.abort();
    },
  );

  test('behind it: the handshake begins after the header', async () => {
    using folder = temporaryFolder();
    const { ca } = pemFiles(folder);
    const listener = await system.listen('tcp://127.0.0.1:0');
    await using served = new Served<unknown>(listener, async (connection, tell) => {
      const { version, source } = await recvProxyHeader(connection, { timeoutMs: 10_000 });
      const identity = authority().issue();
      const { alpn, serverName } = await connection.upgradeTls({ side: 'server', identity, alpn: ['echo'] });
      tell({ version, source, alpn, serverName });
      await echo(connection);
    });
    const port = await freePort('127.0.0.1');
    const tls = `ssl verify required ca-file ${ca} sni str(localhost) alpn echo`;
    const relay = { bind: `127.0.0.1:${port}`, server: `127.0.0.1:${portOf(listener)} ${tls} send-proxy-v2` };
    await using proxy = await startHaproxy(folder, relay);
    await using client = await connectTo(proxy, `tcp://127.0.0.1:${port}`);
    expect(await isEchoed(client)).toBe(true);
    expect(await served.next()).toEqual({ version: 2, source: client.local, alpn: 'echo', serverName: 'localhost' });
  });
});

describe.skipIf(haproxy.isMissing)(`HAProxy behind us${haproxy.why}`, () => {
  const [source, destination] = [inet('192.0.2.1', 56_324), inet('198.51.100.7', 443)];
  const [source6, destination6] = [inet('2001:db8::1', 1), inet('2001:db8::2', 65_535)];

  test.each([
    ['version 1, IPv4', { version: 1, source, destination }],
    ['version 1, IPv6', { version: 1, source: source6, destination: destination6 }],
    ['version 2, IPv4', { source, destination }],
    ['version 2, IPv6, with a checksum', { source: source6, destination: destination6, checksum: true }],
    ['version 2, with items', { source, destination, details: { authority: 'a.test', others: [] }, checksum: true }],
  ] as const)('what we claim is believed and passed on: %s', async (_, init) => {
    using folder = temporaryFolder();
    const listener = await system.listen('tcp://127.0.0.1:0');
    await using served = behindProxy(listener);
    const path = folder.file('haproxy.sock');
    const relay = { bind: `unix@${path} accept-proxy`, server: `127.0.0.1:${portOf(listener)} send-proxy-v2` };
    await using proxy = await startHaproxy(folder, relay);
    await using client = await connectTo(proxy, `unix:${path}`);
    await client.send(encodeProxyHeader(init));
    expect(await isEchoed(client)).toBe(true);
    expect(await served.next()).toMatchObject({ source: init.source, destination: init.destination });
  });
});
