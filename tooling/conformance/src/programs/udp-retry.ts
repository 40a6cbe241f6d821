/**
 * Asks questions over a network that loses, repeats and reorders, each until its own answer comes. Arguments: endpoint,
 * how many questions, milliseconds to wait for an answer, how many goes. Says what happened.
 */
import { isTransportError, system } from '@stack/transport';

const [endpoint = '', questions = '100', timeoutMs = '100', goes = '50'] = process.argv.slice(2);
const peer = await system.connectDatagram(endpoint);
const counts = { asked: Number(questions), answered: 0, sent: 0, received: 0, stale: 0, timeouts: 0 };

/** Waits for the answer to a question; those to older ones are counted and thrown away. */
const answerTo = async (question: string): Promise<boolean> => {
  const endMs = peer.clock.now() + Number(timeoutMs);
  for (;;) {
    try {
      const answer = new TextDecoder().decode(await peer.recv({ timeoutMs: endMs - peer.clock.now() }));
      counts.received += 1;
      if (answer === question) return true;
      counts.stale += 1;
    } catch (error) {
      if (!isTransportError(error, 'ERR_TIMEOUT')) throw error;
      counts.timeouts += 1;
      return false;
    }
  }
};

for (let number = 0; number < counts.asked; number += 1) {
  const question = `question ${number}`;
  for (let go = 0; go < Number(goes); go += 1) {
    await peer.send(question);
    counts.sent += 1;
    if (await answerTo(question)) {
      counts.answered += 1;
      break;
    }
  }
}
// What is still on its way is part of the account.
for (;;) {
  const late = await peer.recv({ timeoutMs: 500 }).catch(() => undefined);
  if (late === undefined) break;
  counts.received += 1;
  counts.stale += 1;
}
process.stdout.write(`${JSON.stringify(counts)}\n`);
await peer.close();
