import { writeFileSync } from 'node:fs';
import { type Program, start, type TemporaryFolder } from '@stack/interop';

/** One way in and one way out. */
export interface Relay {
  /** What stands after `bind`: an address and options. */
  readonly bind: string;
  /** What stands after `server`: an address and options. */
  readonly server: string;
}

const configuration = (relays: readonly Relay[]): string => `
global
  maxconn 100
defaults
  mode tcp
  timeout connect 10s
  timeout client 20s
  timeout server 20s
  unique-id-format id-%ci-%rt
${relays
  .map(
    ({ bind, server }, index) => `
listen relay${index}
  bind ${bind}
  server peer ${server}
`,
  )
  .join('')}`;

/** Starts HAProxy in the foreground; it may take a moment until it listens. */
export const startHaproxy = async (folder: TemporaryFolder, ...relays: readonly Relay[]): Promise<Program> => {
  const file = folder.file('haproxy.cfg');
  writeFileSync(file, configuration(relays));
  return start('haproxy', ['-db', '-f', file]);
};
