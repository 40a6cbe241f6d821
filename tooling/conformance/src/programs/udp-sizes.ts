/** Asks an echo for every size, up to the longest and one byte more. Arguments: endpoint, the longest. Says what came. */
import { isTransportError, system } from '@stack/transport';

const [endpoint = '', longest = '65507'] = process.argv.slice(2);
const peer = await system.connectDatagram(endpoint);
const outcomes: Record<string, string> = {};
for (const size of [0, 1, 1472, 1473, Number(longest) - 1, Number(longest), Number(longest) + 1]) {
  try {
    const sent = new Uint8Array(size).map((_, i) => i % 251);
    await peer.send(sent);
    const echoed = await peer.recv({ timeoutMs: 5_000 });
    outcomes[size] = Buffer.compare(sent, echoed) === 0 ? 'the same' : `${echoed.length} other bytes`;
  } catch (error) {
    outcomes[size] = isTransportError(error) ? `${error.code}: ${error.reason}` : String(error);
  }
}
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
await peer.close();
