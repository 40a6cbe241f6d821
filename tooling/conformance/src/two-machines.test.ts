import { forgeCommand, type Program, python, replayable } from '@stack/interop';
import { describe, expect, test } from 'vitest';
import type { Namespace } from './network-namespace.ts';
import { badlyWired, skipped, twoMachines, whyNoBadWire, whyNoMachines, whyNoNetem } from './two-machines.ts';

/** What the echo says of itself. */
interface EchoCounters {
  readonly received: number;
  readonly dropped: number;
  readonly kernelDropped: number;
  readonly errors: readonly string[];
}

const countersOf = async (echo: Program): Promise<EchoCounters> => {
  await echo.write('\n');
  return JSON.parse(await echo.nextLine()) as EchoCounters;
};

/** Starts the echo in a machine; gives its endpoint for the other one. */
const startEcho = async (at: Namespace, host: string): Promise<{ echo: Program; endpoint: string; port: number }> => {
  const echo = await at.program('udp-echo', [host]);
  const port = Number(/ (\d+)$/.exec(await echo.nextLine())?.[1]);
  return { echo, port, endpoint: `udp://${host}:${port}` };
};

/** Runs one of our programs to its end; gives what it said. */
const said = async <T>(at: Namespace, name: string, args: readonly string[]): Promise<T> => {
  await using program = await at.program(name, args);
  const line = await program.nextLine();
  await program.exit;
  return JSON.parse(line) as T;
};

/** The counters of UDP in a machine. */
const udpCounters = async (at: Namespace): Promise<Record<string, number>> => {
  const lines = (await at.run('cat', '/proc/net/snmp')).split('\n').filter((line) => line.startsWith('Udp: '));
  const [names = [], values = []] = lines.map((line) => line.split(' ').slice(1));
  return Object.fromEntries(names.map((name, i) => [name, Number(values[i])]));
};

/**
 * Asks 80 questions over a bad wire from `b`, and compares every count with that of the kernel; gives what was sent, and
 * what arrived.
 */
const askBadly = async ({ a, b }: { readonly a: Namespace; readonly b: Namespace }) => {
  const { echo, endpoint } = await startEcho(a, a.address4);
  await using _echo = echo;
  const asked = await said<Record<string, number>>(b, 'udp-retry', [endpoint, '80', '50', '40']);
  expect(asked).toMatchObject({ asked: 80, answered: 80 });
  // The network did what it was told to: otherwise this is no proof.
  expect(asked['timeouts']).toBeGreaterThan(15);
  expect(asked['stale']).toBeGreaterThan(0);

  const { received, dropped, kernelDropped, errors } = await countersOf(echo);
  const [there, here] = [await udpCounters(a), await udpCounters(b)];
  expect(errors).toEqual([]);
  expect(received + dropped).toBe(there['InDatagrams']);
  expect(kernelDropped).toBe((there['RcvbufErrors'] ?? 0) + (there['InCsumErrors'] ?? 0));
  expect([here['OutDatagrams'], here['InDatagrams']]).toEqual([asked['sent'], asked['received']]);
  expect(there['OutDatagrams']).toBe(received);
  return { sent: asked['sent'] ?? 0, arrived: received + dropped + kernelDropped, answers: asked['received'] ?? 0 };
};

describe.skipIf(whyNoNetem !== undefined)(`over a wire that netem makes bad${skipped(whyNoNetem)}`, () => {
  test('F10 30 % lost, 25 % reordered, 5 % twice: every question is answered, and every count is exact', async () => {
    await using machines = await twoMachines();
    const bad = ['netem', 'delay', '2ms', '1ms', 'loss', '30%', 'reorder', '25%', 'duplicate', '5%'];
    for (const at of [machines.a, machines.b]) {
      await at.run('tc', 'qdisc', 'replace', 'dev', at.device, 'root', ...bad);
    }
    await askBadly(machines);
  }, 60_000);
});

describe.skipIf(whyNoBadWire !== undefined)(`over a bad wire${skipped(whyNoBadWire)}`, () => {
  test(
    'F10 30 % lost, 25 % late, 5 % twice: every question is answered, and nothing is unaccounted for',
    replayable(async ({ seed }) => {
      await using machines = await badlyWired({ seed, lost: 30, late: 25, twice: 5 });
      const { sent, arrived, answers } = await askBadly(machines);
      const [back, there] = await machines.counts();
      expect(there.sent).toBe(sent);
      expect(arrived).toBe(there.sent - there.lost + there.twice);
      expect(back.sent).toBe(arrived);
      expect(answers).toBe(back.sent - back.lost + back.twice);
      expect(Math.min(there.lost, there.late, there.twice, back.lost)).toBeGreaterThan(0);
    }),
    60_000,
  );
});

describe.skipIf(whyNoMachines !== undefined)(`between two machines${skipped(whyNoMachines)}`, () => {
  test.each([
    ['IPv4', 65_507, (at: Namespace) => at.address4],
    ['IPv6', 65_527, (at: Namespace) => `[${at.address6}]`],
  ] as const)('F11 sizes over %s: up to %d bytes pass, one more fails with the numbers', async (_, longest, hostOf) => {
    await using machines = await twoMachines();
    const { a, b } = machines;
    const { echo, endpoint } = await startEcho(a, hostOf(a));
    await using _echo = echo;
    const outcomes = await said<Record<string, string>>(b, 'udp-sizes', [endpoint, String(longest)]);
    const expected = [0, 1, 1472, 1473, longest - 1, longest].map((size) => [String(size), 'the same']);
    const reason = `the datagram has ${longest + 1} bytes, and at most ${longest} fit into one`;
    expect(outcomes).toEqual(Object.fromEntries([...expected, [String(longest + 1), `EMSGSIZE: ${reason}`]]));
  });

  test.each([
    ['IPv4', (at: Namespace) => at.address4],
    ['IPv6', (at: Namespace) => at.address6],
  ] as const)('F12 a dead peer over %s disturbs nobody, on either side', async (_, hostOf) => {
    await using machines = await twoMachines();
    const { a, b } = machines;
    const host = hostOf(a);
    const { echo, port } = await startEcho(a, host.includes(':') ? `[${host}]` : host);
    await using _echo = echo;
    // Nobody is at port 9 of a machine that was made a moment ago.
    const outcome = await said(b, 'udp-dead-peers', [host, String(port), '9']);
    expect(outcome).toEqual({ answers: 20, heard: 'ECONNREFUSED', open: 'ERR_TIMEOUT', last: 'still there?' });
    expect(await countersOf(echo)).toEqual({ received: 41, dropped: 0, kernelDropped: 0, errors: [] });
  });

  test.skipIf(python === undefined)('F12 a forged sender whom nobody knows disturbs nobody', async () => {
    await using machines = await twoMachines();
    const { a, b } = machines;
    const { echo, port, endpoint } = await startEcho(a, a.address4);
    await using _echo = echo;
    // One that answers with ICMP, and one that is not there at all.
    for (const from of [b.address4, '10.77.0.99']) {
      await b.run(...forgeCommand({ from: [from, 9], to: [a.address4, port], count: 20 }));
    }
    const asked = await said<Record<string, number>>(b, 'udp-retry', [endpoint, '20', '2000', '1']);
    expect(asked).toMatchObject({ asked: 20, answered: 20 });
    expect(await countersOf(echo)).toMatchObject({ received: 60, dropped: 0, kernelDropped: 0 });
  });

  test('a slow wire holds the sender back; what was taken arrives, or is told to be lost by a close', async () => {
    await using machines = await twoMachines();
    const { a, b } = machines;
    const { echo, port } = await startEcho(a, a.address4);
    await using _echo = echo;
    const slow = ['tbf', 'rate', '8mbit', 'burst', '10kb', 'limit', '4mb'];
    await b.run('tc', 'qdisc', 'replace', 'dev', b.device, 'root', ...slow);
    const outcome = await said<Record<string, unknown>>(b, 'udp-slow-link', [a.address4, String(port), '500', '1000']);
    expect(outcome['waits']).toBeGreaterThan(5);
    expect(outcome['cutOff']).toBeGreaterThan(5);
    expect(outcome).toMatchObject({
      codes: ['ERR_SEND_BUFFER'],
      before: 0,
      last: `Cannot send to ${a.address4}:${port}: it is closed`,
    });
    const endMs = performance.now() + 10_000;
    let { received } = await countersOf(echo);
    while (received < Number(outcome['sent']) && performance.now() < endMs) ({ received } = await countersOf(echo));
    expect(received).toBe(outcome['sent']);
  });

  test.each(['4', '6'])('T62 groups of IPv%s on an interface of their own', async (family) => {
    await using machines = await twoMachines();
    const { a } = machines;
    const host = family === '4' ? a.address4 : a.address6;
    const broadcast = family === '4' ? ['10.77.0.255'] : [];
    const results = await said<readonly string[]>(a, 'group-checks', [family, host, a.device, ...broadcast]);
    const last = family === '4' ? 'T62d passed' : 'T62d skipped';
    expect(results).toEqual(['T62 passed', 'T62b passed', 'T62c passed', last]);
  });
});
