import { existsSync, readFileSync } from 'node:fs';

const file = '/proc/net/snmp';

/** Whether this system counts the resets it sends (Linux does). */
export const countsResets: boolean = existsSync(file);

/** How many TCP resets this machine has sent: `TcpOutRsts`. Others may add to it, nobody takes away. */
export const sentResets = (): number => {
  const [names = '', values = ''] = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('OutRsts')]);
};
