import { randomBytes } from 'node:crypto';
import { type Finished, type Program, pythonArguments, pythonPath, run, start, temporaryFolder } from '@stack/interop';
import { formatAddress } from '@stack/address';
import { type Listener, system, type TlsInfo, tlsSessions } from '@stack/transport';
import { describe, expect, test } from 'vitest';
import { authority, pemFiles } from './authority.ts';
import { connectTo } from './connect-to.ts';
import { isEchoed, Served } from './exchange.ts';
import { needs } from './needs.ts';
import { acceptStarttls, requestStarttls } from './starttls.ts';

const openssl = needs('openssl');
const pythonAndOpenssl = needs('python3', 'openssl');

const mib = 2 ** 20;
/** Digits, since s_client and s_server take some letters at the beginning of a line for commands. */
const digits = (): Buffer => Buffer.from(randomBytes(mib).map((byte) => 0x30 + (byte % 10)));

const where = ({ addresses: [address] }: Listener): readonly string[] => {
  if (address === undefined) throw new Error('no address');
  return address.family === 'AF_UNIX' ? ['-unix', address.path] : ['-connect', formatAddress(address)];
};

/** Sends back the first MiB, and closes: s_client does not finish its sending direction alone. */
const echoMib = (listener: Listener): Served<TlsInfo | undefined> =>
  new Served(listener, async (connection, tell) => {
    tell(await connection.secured);
    for (let left = mib; left > 0;) {
      const chunk = await connection.recv(left);
      if (chunk === null) break;
      left -= chunk.length;
      await connection.send(chunk);
    }
    await connection.close();
  });

describe.skipIf(openssl.isMissing)(`openssl s_client${openssl.why}`, () => {
  const client = (listener: Listener, args: readonly string[], input: Uint8Array): Promise<Finished> =>
    run('openssl', ['s_client', ...where(listener), '-quiet', '-verify_return_error', ...args], { input });

  describe.each(['tls://127.0.0.1:0', 'tls://[::1]:0', 'unix:'])('at %s', (endpoint) => {
    test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: 1 MiB comes back to the byte', async (version) => {
      using folder = temporaryFolder();
      const { ca, certificate, key } = pemFiles(folder);
      const at = endpoint === 'unix:' ? `unix:${folder.file('tls.sock')}` : endpoint;
      const tls = {
        identity: authority().issue(),
        alpn: ['echo'],
        clientCertificates: 'require',
        clientCa: authority().certificate,
      } as const;
      const listener = await system.listen(at, { tls });
      await using served = echoMib(listener);
      const input = digits();
      const names = ['-servername', 'localhost', '-verify_hostname', 'localhost', '-alpn', 'h2,echo'];
      const own = ['-cert', certificate, '-key', key, version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3'];
      const { stdout, stderr } = await client(listener, ['-CAfile', ca, ...names, ...own], input);
      expect({ isSame: input.equals(stdout), stderr }).toMatchObject({ isSame: true });
      expect(await served.next()).toMatchObject({
        protocol: version,
        alpn: 'echo',
        serverName: 'localhost',
        authorized: true,
      });
    });
  });

  test('resumes its session', async () => {
    using folder = temporaryFolder();
    const { ca } = pemFiles(folder);
    const listener = await system.listen('tls://127.0.0.1:0', { tls: { identity: authority().issue() } });
    await using served = echoMib(listener);
    const session = folder.file('session.pem');
    await client(listener, ['-CAfile', ca, '-sess_out', session], digits());
    expect(await served.next()).toMatchObject({ resumed: false });
    const input = digits();
    const { stdout } = await client(listener, ['-CAfile', ca, '-sess_in', session], input);
    expect(input.equals(stdout)).toBe(true);
    expect(await served.next()).toMatchObject({ resumed: true });
  });

  test('-starttls smtp: TLS begins in the middle', async () => {
    using folder = temporaryFolder();
    const { ca } = pemFiles(folder);
    const listener = await system.listen('tcp://127.0.0.1:0');
    await using served = new Served<TlsInfo>(listener, async (connection, tell) => {
      tell(await acceptStarttls(connection, authority().issue()));
      await connection.send(await connection.recvExactly(mib));
      await connection.close();
    });
    const input = digits();
    const { stdout, stderr } = await client(listener, ['-starttls', 'smtp', '-CAfile', ca], input);
    // What was said in the clear stands before.
    expect({ isSame: input.equals(stdout.subarray(-mib)), stderr }).toMatchObject({ isSame: true });
    expect(await served.next()).toMatchObject({ protocol: 'TLSv1.3' });
  });

  test('is refused by a server that nobody it trusts vouches for', async () => {
    const listener = await system.listen('tls://127.0.0.1:0', { tls: { identity: authority().issue() } });
    await using served = echoMib(listener);
    const { code, stderr } = await client(listener, [], digits());
    expect(code).not.toBe(0);
    expect(stderr).toContain('verify error');
    await expect(served.next()).rejects.toMatchObject({ code: 'ERR_TLS' });
  });
});

/** It tells the port that it got. */
const acceptedAt = async (server: Program): Promise<string> => {
  for (;;) {
    const at = /^ACCEPT (\S+)$/.exec(await server.nextLine())?.[1];
    if (at !== undefined) return at;
  }
};

describe.skipIf(openssl.isMissing)(`openssl s_server${openssl.why}`, () => {
  test.each([
    ['127.0.0.1', 'TLSv1.2'],
    ['127.0.0.1', 'TLSv1.3'],
    ['[::1]', 'TLSv1.3'],
    ['unix', 'TLSv1.3'],
  ] as const)('at %s, %s: 1 MiB each way, to the byte, and the session is resumed', async (host, version) => {
    using folder = temporaryFolder();
    const { ca, certificate, key } = pemFiles(folder);
    const path = folder.file('s_server.sock');
    const accept = host === 'unix' ? ['-unix', path] : ['-accept', `${host}:0`];
    const own = ['-cert', certificate, '-key', key, '-alpn', 'echo', '-CAfile', ca, '-Verify', '1'];
    const only = version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3';
    await using server = await start('openssl', ['s_server', ...accept, ...own, only, '-naccept', '2']);
    const endpoint = host === 'unix' ? `unix:${path}` : `tls://${await acceptedAt(server)}`;
    const tls = {
      ca: authority().certificate,
      serverName: 'localhost',
      alpn: ['echo'],
      identity: authority().issue(),
      sessions: tlsSessions(),
    };
    for (const resumed of [false, true]) {
      await using client = await connectTo(server, endpoint, { tls });
      expect(await client.secured).toMatchObject({ protocol: version, alpn: 'echo', authorized: true, resumed });
      const [sent, answer] = [digits(), digits()];
      const [received] = await Promise.all([client.recvExactly(mib), client.send(sent), server.write(answer)]);
      expect(answer.equals(received)).toBe(true);
      await server.stdout.shows(String(sent));
      await client.closeWrite();
      await client.close();
    }
  });
});

describe.skipIf(pythonAndOpenssl.isMissing)(`a server in Python that starts TLS${pythonAndOpenssl.why}`, () => {
  test('1 MiB comes back to the byte, the end is in order', async () => {
    using folder = temporaryFolder();
    const { certificate, key } = pemFiles(folder);
    const script = new URL('../python/starttls_server.py', import.meta.url).href;
    await using server = await start(pythonPath(), pythonArguments(script, [certificate, key]));
    await using client = await system.connect(`tcp://127.0.0.1:${await server.nextLine()}`);
    expect(await requestStarttls(client, authority().certificate)).toMatchObject({ authorized: true });
    expect(await isEchoed(client)).toBe(true);
    expect(await server.nextLine()).toBe(String(mib));
    await client.close();
    expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
  });
});
