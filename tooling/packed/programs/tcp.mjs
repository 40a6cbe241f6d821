import assert from 'node:assert/strict';
import { formatAddress } from '@stack/address';
import { echo, service } from '@stack/app';
import { open, serve } from '@stack/session';
import { system } from '@stack/transport';

const server = serve(await open('tcp://127.0.0.1:0'), service(echo));
const client = await system.connect(`tcp://${formatAddress(server.addresses[0])}`);
await client.send('hello');
assert.equal(new TextDecoder().decode(await client.recvExactly(5)), 'hello');
await client.close();
await server.drain({ graceMs: 1_000 });
