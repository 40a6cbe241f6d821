import { describe, expect, test } from 'vitest';
import { network } from './core/network.ts';
import { systemBackend } from './no-backend.ts';
import { failure } from './scripted-driver.test-fixture.ts';

describe('the system network where there is none', () => {
  test('says so, whatever is asked of it', async () => {
    const net = network(systemBackend);
    for (const call of [
      net.connect('tcp://127.0.0.1:1'),
      net.listen('unix:/run/x'),
      net.bind('udp://127.0.0.1:1'),
      net.connectDatagram('udp://127.0.0.1:1'),
    ]) {
      const error = (await failure(call)) as Error;
      expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED', kind: 'unsupported' });
      expect(error.message).toMatch(/: this runtime offers no sockets$/);
    }
  });
});
