import type { Asker } from './asker.ts';
import type { Outlet } from './outlet.ts';
import type { Questions } from './questions.ts';

/**
 * The loop of questions and answers, until an empty question, the end of questions, or a server that leaves.
 *
 * @throws what asking throws, and an error when the server leaves without an answer
 */
export const prompt = async (
  asker: Asker,
  questions: Questions,
  outlet: Outlet,
  say: (news: string) => void,
): Promise<void> => {
  for (;;) {
    const question = await questions.next(asker.left);
    if (question === null || question.length === 0) break;
    const answer = await asker.ask(question);
    if (answer === null) throw new Error('Cannot go on: the server closed the connection before it answered');
    await outlet.write(Buffer.concat([Buffer.from('Response: '), answer, Buffer.from('\n')]));
  }
  if (!asker.left.aborted) return;
  if (asker.left.reason !== null) throw asker.left.reason;
  say('The server closed the connection');
};
