import assert from 'node:assert/strict';
import { service, upper } from '@stack/app';
import { open, serve } from '@stack/session';
import { memoryNetwork } from '@stack/transport/memory';

const network = memoryNetwork();
const server = serve(await open('tcp://127.0.0.1:9090', { network }), service(upper));
const client = await network.connect('tcp://127.0.0.1:9090');
await client.send('hello');
assert.equal(new TextDecoder().decode(await client.recvExactly(5)), 'HELLO');
await client.close();
await server.drain({ graceMs: 1_000 });
