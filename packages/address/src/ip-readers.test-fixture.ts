import ipaddr from 'ipaddr.js';
import { hostAddress, inet, isAddressError, toBytes, type InetAddress } from './index.ts';

// The package has no types of the platform: what this needs of it is declared here.
declare const URL: new (text: string) => { readonly hostname: string };
const net = (await import('node:net' as string)) as { readonly isIP: (text: string) => number };
const { spawnSync } = (await import('node:child_process' as string)) as {
  readonly spawnSync: (
    file: string,
    args: readonly string[],
    options: { readonly input: string; readonly encoding: 'utf8'; readonly maxBuffer: number },
  ) => { readonly status: number | null; readonly stdout: string; readonly stderr: string };
};

/** Runs a reader, and returns nothing where it refuses. */
const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (isAddressError(error) || error instanceof TypeError) return undefined;
    throw error;
  }
};

const hex = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const zoneOf = (address: InetAddress): string =>
  address.family === 'AF_INET6' && address.zone !== undefined ? `%${address.zone}` : '';

/** What this package makes of a text. */
const own = (text: string): InetAddress | undefined => attempt(() => inet(text, 0));

/** The bytes of an address in hexadecimal, and its zone: how readers are compared. Nothing for what is refused. */
type Reading = string | undefined;

const reading = (address: InetAddress | undefined): Reading =>
  address === undefined ? undefined : hex(toBytes(address)) + zoneOf(address);

/** Another reader of IP addresses, with what this package says where that reader can say no more. */
export interface IpReader {
  readonly name: string;
  readonly read: (texts: readonly string[]) => readonly Reading[];
  readonly ours: (text: string) => Reading;
}

/** `net.isIP()` tells the family alone. */
export const nodeReader: IpReader = {
  name: 'net.isIP()',
  read: (texts) => texts.map((text) => ({ 4: 'IPv4', 6: 'IPv6' })[net.isIP(text)]),
  ours: (text) => ({ AF_INET: 'IPv4', AF_INET6: 'IPv6', none: undefined })[own(text)?.family ?? 'none'],
};

/** The host of a URL, or nothing where the URL is refused. */
export const urlHost = (text: string): string | undefined =>
  attempt(() => new URL(`http://${text.includes(':') ? `[${text}]` : text}/`).hostname);

/** Whether the host of a URL is an IP address. */
export const isIpHost = (host: string | undefined): boolean =>
  host !== undefined && (host.startsWith('[') || /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/.test(host));

/** A URL parser writes IPv4-mapped addresses in hexadecimal: the same address, another text. */
export const urlReader: IpReader = {
  name: 'URL',
  read: (texts) =>
    texts.map((text) => {
      const host = urlHost(text);
      return host !== undefined && isIpHost(host) ? reading(own(host.replaceAll(/[[\]]/g, ''))) : undefined;
    }),
  ours: (text) => reading(own(text)),
};

const readIpaddr = (text: string): Reading => {
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  const zone = 'zoneId' in address && address.zoneId !== undefined ? `%${String(address.zoneId)}` : '';
  return hex(address.toByteArray()) + zone;
};

export const ipaddrReader: IpReader = {
  name: 'ipaddr.js',
  read: (texts) => texts.map(readIpaddr),
  ours: (text) => reading(own(text)),
};

// One text a line as JSON, which has ASCII for everything; what it is, or an empty line.
const PYTHON_PROGRAM = `
import ipaddress, json, sys

for line in sys.stdin:
    try:
        address = ipaddress.ip_address(json.loads(line))
        zone = getattr(address, 'scope_id', None)
        print(json.dumps(address.packed.hex() + ('' if zone is None else '%' + zone)))
    except ValueError:
        print('null')
`;

const runPython = (program: string, input: string): string => {
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { status, stdout, stderr } = spawnSync('python3', ['-I', '-X', 'utf8', '-c', program], options);
  if (status !== 0) throw new Error(`Cannot run python3: ${stderr}`);
  return stdout;
};

/** The version of python3 as `[3, 11]`, or nothing where the machine has none. */
const pythonVersion = (): readonly number[] | undefined => {
  try {
    return runPython('import sys; print(*sys.version_info[:2])', '').split(' ').map(Number);
  } catch {
    return undefined;
  }
};

const version = pythonVersion();

/** Why Python cannot be asked, or nothing. Python 3.9 was the first to know zones, and 3.9.5 to refuse leading zeros. */
export const withoutPython: string | undefined =
  version === undefined
    ? 'no python3 on this machine'
    : (version[0] ?? 0) * 100 + (version[1] ?? 0) < 310
      ? `python3 is ${version.join('.')}, older than 3.10`
      : undefined;

const asciiJson = (text: string): string =>
  JSON.stringify(text).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const pythonReader: IpReader = {
  name: 'ipaddress of Python',
  read: (texts) => {
    const lines = runPython(PYTHON_PROGRAM, texts.map(asciiJson).join('\n')).trimEnd().split('\n');
    if (lines.length !== texts.length) throw new Error(`${texts.length} texts went in, ${lines.length} lines came out`);
    return lines.map((line) => {
      const found: unknown = JSON.parse(line);
      return typeof found === 'string' ? found : undefined;
    });
  },
  ours: (text) => reading(own(text)),
};

/** The name that DNS would be asked for, or nothing. */
export const ownHostName = (text: string): string | undefined => attempt(() => hostAddress(text, 0).host);
