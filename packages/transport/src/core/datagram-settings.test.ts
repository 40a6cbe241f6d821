import { type Address, inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { DatagramCap } from '../contract/caps.ts';
import { ScriptedDatagrams } from '../scripted-backend.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { BoundSocket } from './bound-socket.ts';
import { DatagramCore } from './datagram-core.ts';

const every: readonly DatagramCap[] = ['ttl', 'broadcast', 'multicast', 'sourceMulticast'];

const bench = (caps: readonly DatagramCap[] = every, local: Address = inet('0.0.0.0', 1)) => {
  const core = new DatagramCore('udp://0.0.0.0:1', fakeClock(), {});
  const driver = new ScriptedDatagrams(local, undefined, core, caps);
  core.start(driver);
  return { socket: new BoundSocket(core), log: driver.log };
};

describe('DatagramSettings', () => {
  test('passes on what was checked', () => {
    const { socket, log } = bench();
    socket.setTtl(64);
    socket.setMulticastTtl(0);
    socket.setMulticastLoop(false);
    socket.setMulticastInterface('eth0');
    socket.setBroadcast(true);
    const group = socket.joinGroup('239.1.2.3', { source: '10.0.0.1', interface: '10.0.0.2' });
    group[Symbol.dispose]();
    group[Symbol.dispose]();
    expect(log.slice(1)).toEqual([
      'setTtl 64',
      'setMulticastTtl 0',
      'setMulticastLoop false',
      'setMulticastInterface eth0',
      'setBroadcast true',
      'join 239.1.2.3 of 10.0.0.1 on 10.0.0.2',
      'leave 239.1.2.3',
    ]);
  });

  test.each([0, 256, -1, NaN, 1.5, '64' as unknown as number])(
    'setTtl(%s) is a mistake, and the driver never hears of it',
    (hops) => {
      const { socket, log } = bench();
      expect(() => socket.setTtl(hops)).toThrow(/^hops must be /);
      expect(log).toEqual(['resume']);
    },
  );

  test('what is no boolean is a mistake', () => {
    const { socket } = bench();
    expect(() => socket.setBroadcast(1 as unknown as boolean)).toThrow(TypeError);
    expect(() => socket.setMulticastLoop('no' as unknown as boolean)).toThrow(TypeError);
    expect(() => socket.setMulticastTtl(-1)).toThrow(RangeError);
  });

  test('what the driver cannot do is ERR_UNSUPPORTED, and named', () => {
    const { socket, log } = bench(['multicast']);
    const unsupported = (cap: string): object =>
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED',
        message: `Cannot configure udp://0.0.0.0:1: this transport has no "${cap}"`,
      });
    expect(() => socket.setTtl(1)).toThrow(unsupported('ttl'));
    expect(() => socket.setMulticastTtl(1)).toThrow(unsupported('ttl'));
    expect(() => socket.setBroadcast(true)).toThrow(unsupported('broadcast'));
    expect(() => socket.joinGroup('232.1.2.3', { source: '10.0.0.1' })).toThrow(unsupported('sourceMulticast'));
    const { socket: bare } = bench([]);
    expect(() => bare.joinGroup('239.1.2.3')).toThrow(unsupported('multicast'));
    expect(() => bare.setMulticastLoop(true)).toThrow(unsupported('multicast'));
    expect(() => bare.setMulticastInterface('eth0')).toThrow(unsupported('multicast'));
    expect([log, bare.caps.size]).toEqual([['resume'], 0]);
  });

  test('a closed socket is configured no more; a group that was joined is left with it', async () => {
    const { socket, log } = bench();
    const group = socket.joinGroup('239.1.2.3');
    expect(socket.kernelDropped()).toBe(7);
    await socket.close();
    expect(() => socket.setTtl(1)).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
    group[Symbol.dispose]();
    expect([log.includes('leave 239.1.2.3'), socket.kernelDropped()]).toEqual([false, undefined]);
  });

  test('a socket without a port has no groups', () => {
    const { socket } = bench(every, { family: 'AF_UNIX', kind: 'path', path: '/run/x' });
    expect(() => socket.joinGroup('239.1.2.3')).toThrow(RangeError);
  });
});
