import { describe, expect, it } from 'vitest';
import { reportForPeople, reportForPrograms } from './report.ts';

const tcp = { endpoint: 'tcp://127.0.0.1:8000', protocol: 'upper', exchanges: 1, backlog: 5 };
const all = [tcp, { endpoint: 'tcp://[::]:9090', protocol: 'upper-utf8', dualStack: true }];

describe('reportForPrograms()', () => {
  it('is a JSON object a line', () => {
    const lines = reportForPrograms(all).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      all.map((ready) => ({ event: 'ready', ...ready })),
    );
  });

  it('stays one line, and means the same, whatever stands in a path', () => {
    const endpoint = 'unix:/a\r\n\u001b[2J\u0085\u2028\u202e\u{e0041}b';
    const printed = reportForPrograms([{ endpoint, protocol: 'echo' }]);
    expect(printed).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(printed)).toEqual({ event: 'ready', endpoint, protocol: 'echo' });
  });
});

describe('reportForPeople()', () => {
  it('lines up, and says how to talk to each endpoint', () => {
    expect(reportForPeople(all, false)).toBe(
      `ready  tcp://127.0.0.1:8000  upper       closes after one exchange
       npm run client -- tcp://127.0.0.1:8000
ready  tcp://[::]:9090       upper-utf8  IPv4 too
       npm run client -- 'tcp://[::1]:9090'

Ctrl+C lets open sessions finish and ends; twice ends at once.
`,
    );
  });

  it('has colours only where they are wanted', () => {
    expect(reportForPeople(all, true)).toContain('\u001b[');
    expect(reportForPeople(all, false)).not.toContain('\u001b');
  });

  it('quotes for the shell, and prints nothing that a terminal would obey', () => {
    const printed = reportForPeople([{ endpoint: "unix:/it's $(x)\u001b[2J", protocol: 'echo' }], false);
    expect(printed).toContain(`npm run client -- 'unix:/it'\\''s $(x)\\u001b[2J'`);
    expect(printed).not.toContain('\u001b');
  });
});
