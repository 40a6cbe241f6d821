import { randomBytes } from 'node:crypto';
import { formatAddress } from '@stack/address';
import { run, temporaryFolder } from '@stack/interop';
import { type Listener, system } from '@stack/transport';
import { describe, expect, test } from 'vitest';
import { authority, pemFiles } from './authority.ts';
import { echo, Served } from './exchange.ts';
import { needs } from './needs.ts';

/** How a program is told to connect its input and output to a listener. */
type ArgumentsOf = (address: { readonly host: string; readonly port: string; readonly path: string }) => string[];

interface Client {
  readonly program: string;
  readonly endpoint: string;
  readonly args: ArgumentsOf;
}

/** Seconds that socat goes on for, once one direction has ended. */
const socat = ['-t', '15', '-'];
const abstract = `stack-clients-${process.pid}`;

const clients: readonly Client[] = [
  { program: 'socat', endpoint: 'tcp://127.0.0.1:0', args: ({ host, port }) => [...socat, `TCP4:${host}:${port}`] },
  { program: 'socat', endpoint: 'tcp://[::1]:0', args: ({ host, port }) => [...socat, `TCP6:[${host}]:${port}`] },
  { program: 'socat', endpoint: 'unix:', args: ({ path }) => [...socat, `UNIX-CONNECT:${path}`] },
  { program: 'socat', endpoint: `unix:@${abstract}`, args: ({ path }) => [...socat, `ABSTRACT-CONNECT:${path}`] },
  { program: 'ncat', endpoint: 'tcp://127.0.0.1:0', args: ({ host, port }) => [host, port] },
  { program: 'ncat', endpoint: 'tcp://[::1]:0', args: ({ host, port }) => ['-6', host, port] },
  { program: 'ncat', endpoint: 'unix:', args: ({ path }) => ['-U', path] },
];

const placeOf = ({ addresses: [address] }: Listener): Parameters<ArgumentsOf>[0] => {
  if (address === undefined) throw new Error('no address');
  return address.family === 'AF_UNIX'
    ? { host: '', port: '', path: address.path }
    : { host: 'host' in address ? address.host : '', port: formatAddress(address).split(':').at(-1) ?? '', path: '' };
};

describe.each(clients)('$program to $endpoint', ({ program, endpoint, args }) => {
  const { isMissing, why } = needs(program);

  test.skipIf(isMissing)(`1 MiB comes back to the byte after it has finished sending${why}`, async () => {
    using folder = temporaryFolder();
    const listener = await system.listen(endpoint === 'unix:' ? `unix:${folder.file('ours.sock')}` : endpoint);
    await using _served = new Served(listener, echo);
    const input = randomBytes(2 ** 20);
    const { code, stdout, stderr } = await run(program, args(placeOf(listener)), { input });
    expect({ code, stderr, isSame: input.equals(stdout) }).toEqual({ code: 0, stderr: '', isSame: true });
  });
});

describe.each([
  {
    program: 'socat',
    args: (port: string, ca: string) => [
      ...socat,
      `OPENSSL:127.0.0.1:${port},cafile=${ca},commonname=localhost,snihost=localhost`,
    ],
  },
  {
    program: 'ncat',
    args: (port: string, ca: string) => {
      const tls = ['--ssl-verify', '--ssl-trustfile', ca, '--ssl-servername', 'localhost', '--ssl-alpn', 'echo'];
      return [...tls, '127.0.0.1', port];
    },
  },
])('$program over TLS', ({ program, args }) => {
  const { isMissing, why } = needs(program, 'openssl');

  test.skipIf(isMissing)(`1 MiB comes back to the byte${why}`, async () => {
    using folder = temporaryFolder();
    const { ca } = pemFiles(folder);
    const tls = { identity: authority().issue(), alpn: ['echo'] };
    const listener = await system.listen('tls://127.0.0.1:0', { tls });
    const mib = 2 ** 20;
    await using served = new Served<string | undefined>(listener, async (connection, tell) => {
      tell((await connection.secured)?.serverName);
      await connection.send(await connection.recvExactly(mib));
      await connection.close();
    });
    const input = randomBytes(mib);
    const { stdout, stderr } = await run(program, args(placeOf(listener).port, ca), { input });
    expect({ stderr, isSame: input.equals(stdout) }).toEqual({ stderr: '', isSame: true });
    expect(await served.next()).toBe('localhost');
  });
});
