import { writeFileSync } from 'node:fs';
import { run, temporaryFolder } from '@stack/interop';

/** The looked-up names come from 127.0.0.1 alone, which has one second and one try (resolv.conf(5)). */
const resolvConf = 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n';
/** Nothing but the file of hosts and DNS is asked (nsswitch.conf(5)). */
const nsswitchConf = 'hosts: files dns\n';
const hosts = '127.0.0.1 localhost\n::1 localhost\n';

/** RFC 5737 section 3: nobody's. What is sent there comes back by loopback, and is dropped: nobody answers. */
export const silentHost = '192.0.2.1';

/**
 * Brings loopback up, puts the files of the resolver in place and becomes the program. All of it is seen by this program only,
 * and gone with it.
 */
const script = `
set -e
ip link set lo up
ip route add ${silentHost}/32 dev lo
for name in resolv.conf nsswitch.conf hosts; do mount --bind "$1/$name" "/etc/$name"; done
shift
exec "$@"
`;

/** The words that start a program in a network of its own, with a resolver of its own. `folder` is to last as long as it. */
export const inOwnNetwork = (folder: string, program: readonly string[]): string[] => {
  for (const [name, text] of Object.entries({ 'resolv.conf': resolvConf, 'nsswitch.conf': nsswitchConf, hosts })) {
    writeFileSync(`${folder}/${name}`, text);
  }
  // Who is not root may be so in a user namespace.
  const root = process.geteuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', ...root, '--net', '--mount', 'sh', '-c', script, 'sh', folder, ...program];
};

/** Why no program can be put into a network of its own here; `undefined` where one can. */
export const whyNoOwnNetwork = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  using folder = temporaryFolder();
  const [command = '', ...args] = inOwnNetwork(folder.path, ['true']);
  try {
    const { code } = await run(command, args);
    return code === 0 ? undefined : 'network namespaces are not allowed here';
  } catch {
    return 'no unshare on this machine';
  }
};
