import { statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { run, temporaryFolder, dial, portOf } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { serverArguments, spawnServer } from './spawned-server.ts';

const hasInet6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const withoutInet6 = hasInet6 ? '' : ' (skipped: this machine has no IPv6 loopback)';

// On Linux all of 127.0.0.0/8 is this machine.
const hasSecondLoopback = process.platform === 'linux';

describe('P10 the ready line', () => {
  it('is one line an endpoint, with the real address, and the endpoint can be dialled at once', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0']);
    using client = await dial(server.endpoints[0]);
    client.send('hello');
    expect((await client.take(5)).toString()).toBe('hello');
    expect(server.ready).toEqual([
      { event: 'ready', endpoint: `tcp://127.0.0.1:${client.socket.remotePort}`, protocol: 'echo' },
    ]);
    expect(client.socket.remotePort).toBeGreaterThan(0);
    expect(await server.end()).toBe(0);
    expect(server.program.stdout.text.trim().split('\n')).toHaveLength(1);
  });

  it('stands for every endpoint of one process, in their order, with what was asked for', async () => {
    using folder = temporaryFolder();
    await using server = await spawnServer([
      'tcp://127.0.0.1:0?protocol=upper&exchanges=1&backlog=5',
      'udp://127.0.0.1:0?protocol=upper',
      `unix:${folder.file('a')}?protocol=upper-utf8`,
    ]);
    const [tcp, udp, unix] = server.ready;
    expect(tcp).toMatchObject({ event: 'ready', protocol: 'upper', exchanges: 1, backlog: 5 });
    expect(udp).toMatchObject({ event: 'ready', endpoint: expect.stringMatching(/^udp:\/\/127\.0\.0\.1:[1-9]\d*$/) });
    expect(unix).toEqual({ event: 'ready', endpoint: `unix:${folder.file('a')}`, protocol: 'upper-utf8' });
    using client = await dial(server.endpoints[2]);
    client.send('ß');
    expect((await client.take(2)).toString()).toBe('SS');
    client.socket.destroy();
    expect(await server.end()).toBe(0);
    expect(folder.names()).toEqual([]);
  });

  it('makes a Unix path for this user only, unless its mode lets others in', async () => {
    using folder = temporaryFolder();
    const [own, shared] = [folder.file('own'), folder.file('shared')];
    await using server = await spawnServer([`unix:${own}`, `unix:${shared}?mode=660`]);
    expect(server.ready).toEqual([
      { event: 'ready', endpoint: `unix:${own}`, protocol: 'echo' },
      { event: 'ready', endpoint: `unix:${shared}`, protocol: 'echo', mode: '660' },
    ]);
    expect([own, shared].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o660]);
    expect(await server.end()).toBe(0);
  });

  it('closes after as many exchanges as asked for, and not before', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0?protocol=upper&exchanges=2']);
    using client = await dial(server.endpoints[0]);
    client.send('one');
    expect((await client.take(3)).toString()).toBe('ONE');
    client.send('two');
    expect((await client.rest()).toString()).toBe('TWO');
    client.socket.end();
    expect(await client.gone).toBeNull();
  });

  it('never comes when one of the endpoints fails: nothing stays half started', async () => {
    using folder = temporaryFolder();
    await using other = await spawnServer(['tcp://127.0.0.1:0']);
    const { code, stdout } = await run(
      process.execPath,
      serverArguments([
        `unix:${folder.file('a')}`,
        'udp://127.0.0.1:0',
        `tcp://127.0.0.1:${portOf(other.endpoints[0])}`,
      ]),
    );
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: '' });
    expect(folder.names()).toEqual([]);
  });
});

describe('P20 where it listens', () => {
  it.skipIf(!hasSecondLoopback)(
    `is where the endpoint says and nowhere else${hasSecondLoopback ? '' : ' (skipped: only Linux has 127.0.0.2)'}`,
    async () => {
      await using server = await spawnServer(['tcp://127.0.0.1:0', 'tcp://0.0.0.0:0']);
      const [loopback, wildcard] = server.endpoints;
      await expect(dial(loopback, '127.0.0.2')).rejects.toThrow('ECONNREFUSED');
      using client = await dial(wildcard, '127.0.0.2');
      client.send('hello');
      expect((await client.take(5)).toString()).toBe('hello');
    },
  );

  it.skipIf(!hasInet6)(`says of :: whether IPv4 is served too, and it is so${withoutInet6}`, async () => {
    await using server = await spawnServer(['tcp://[::]:0', 'udp://[::]:0', 'tcp://[::1]:0', 'tcp://0.0.0.0:0']);
    const [tcp, udp, loopback, wildcard] = server.ready;
    expect(loopback).not.toHaveProperty('dualStack');
    expect(wildcard).not.toHaveProperty('dualStack');
    expect(udp?.['dualStack']).toBeTypeOf('boolean');
    const byIpv4 = await dial(server.endpoints[0], '127.0.0.1').then(
      ({ socket }) => socket.destroy().destroyed,
      () => false,
    );
    expect(tcp?.['dualStack']).toBe(byIpv4);
  });
});
