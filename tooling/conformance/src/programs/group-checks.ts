/** Runs the checks of datagrams where there is a network with groups. Arguments: host, `%` and all, and interface. */
import { datagramChecks, networkDatagramFixture, runCheck } from '@stack/testing';
import { system } from '@stack/transport';

const [family = '4', host = '', device = '', broadcast] = process.argv.slice(2);
const endpoint = family === '4' ? (`udp://${host}:0` as const) : (`udp://[${host}]:0` as const);
const group = family === '4' ? '239.255.77.77' : 'ff15::7777';
const fixture = networkDatagramFixture(`udp${family}`, system, endpoint, family === '4' ? 65_507 : 65_527, {
  group,
  interface: device,
  broadcast,
});
const results: string[] = [];
for (const check of datagramChecks.filter(({ id }) => id.startsWith('T62'))) {
  const result = await runCheck(check, fixture);
  results.push(`${result.id} ${result.outcome === 'failed' ? result.error.message : result.outcome}`);
}
process.stdout.write(`${JSON.stringify(results)}\n`);
