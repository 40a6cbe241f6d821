/** The answers in what a prompting client printed (`Enter message > Response: HELLO`), in order. */
export const promptedAnswers = (printed: string, prompt: string, answer: string): string[] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith(prompt + answer))
    .map((line) => line.slice(prompt.length + answer.length));

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9 };

/** The bytes of a Python bytes literal (`b'\xc3\x9f'`). */
export const bytesLiteral = (literal: string): Buffer => {
  const quoted = /^b(['"])(.*)\1$/s.exec(literal)?.[2];
  if (quoted === undefined) throw new SyntaxError(`Cannot read ${JSON.stringify(literal)}: no bytes literal`);
  const bytes = [...quoted.matchAll(/\\x([0-9a-f]{2})|\\(.)|([^\\])/gs)].map(([, hex, escaped, plain]) => {
    if (hex !== undefined) return Number.parseInt(hex, 16);
    if (escaped !== undefined) return escapes[escaped] ?? escaped.charCodeAt(0);
    return plain?.charCodeAt(0) ?? 0;
  });
  return Buffer.from(bytes);
};
