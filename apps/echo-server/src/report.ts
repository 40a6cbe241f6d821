import { styleText } from 'node:util';
import { printable } from '@stack/address';
import { printableJson } from './printable-json.ts';
import type { Ready } from './ready.ts';
import { shellWord } from './shell-word.ts';

/** Ready lines for programs: a JSON object each. */
export const reportForPrograms = (all: readonly Ready[]): string =>
  all.map((ready) => `${printableJson(JSON.stringify({ event: 'ready', ...ready }))}\n`).join('');

/** Where a socket on every address is dialled from this machine; not every system lets one dial the wildcard itself. */
const dialled = (endpoint: string): string =>
  endpoint.replace('//[::]:', '//[::1]:').replace('//0.0.0.0:', '//127.0.0.1:');

const manner = ({ exchanges, dualStack }: Ready): string => {
  const remarks = [];
  if (exchanges !== undefined)
    remarks.push(`closes after ${exchanges === 1 ? 'one exchange' : `${exchanges} exchanges`}`);
  if (dualStack !== undefined) remarks.push(dualStack ? 'IPv4 too' : 'IPv6 only');
  return remarks.join(', ');
};

/** Ready lines for people, with how to talk to each endpoint. */
export const reportForPeople = (all: readonly Ready[], isColoured: boolean): string => {
  const paint = (style: 'bold' | 'cyan' | 'dim' | 'green', text: string): string =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const endpoints = all.map(({ endpoint, also = [] }) => printable([endpoint, ...also].join(' ')));
  const endpointWidth = width(endpoints);
  const protocolWidth = width(all.map(({ protocol }) => protocol));
  const lines = all.flatMap((ready, index) => {
    const where = paint('bold', (endpoints[index] ?? '').padEnd(endpointWidth));
    const what = paint('cyan', ready.protocol.padEnd(protocolWidth));
    const how = paint('dim', `npm run client -- ${printable(shellWord(dialled(ready.endpoint)))}`);
    return [`${paint('green', 'ready')}  ${where}  ${what}  ${manner(ready)}`.trimEnd(), `       ${how}`];
  });
  return `${lines.join('\n')}\n\n${paint('dim', 'Ctrl+C lets open sessions finish and ends; twice ends at once.')}\n`;
};
