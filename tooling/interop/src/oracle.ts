import { run } from './program.ts';
import { pythonArguments, pythonPath } from './python.ts';

/** What Python makes of one input. */
export interface PythonUpper {
  /** `bytes.upper()` */
  readonly bytes: Buffer;
  /** `str.upper()` of its UTF-8 text, encoded again; `null` for what is no UTF-8. */
  readonly text: Buffer | null;
}

interface Answer {
  readonly bytes: string;
  readonly text: string | null;
}

/** Asks Python for the upper case of every input. */
export const pythonUpper = async (inputs: readonly (string | Uint8Array)[]): Promise<PythonUpper[]> => {
  const questions = inputs.map((input) => `${JSON.stringify(Buffer.from(input).toString('base64'))}\n`);
  const { code, stdout, stderr } = await run(pythonPath(), pythonArguments('oracle.py', []), {
    input: questions.join(''),
  });
  const lines = stdout.toString().split('\n').slice(0, -1);
  if (code !== 0 || lines.length !== inputs.length) throw new Error(`Cannot ask Python: exit ${code}: ${stderr}`);
  return lines.map((line) => {
    const { bytes, text } = JSON.parse(line) as Answer;
    return { bytes: Buffer.from(bytes, 'base64'), text: text === null ? null : Buffer.from(text, 'base64') };
  });
};

/** The code points that this Python's Unicode has not assigned. */
export const unassignedInPython = async (points: readonly number[]): Promise<number[]> => {
  const { code, stdout, stderr } = await run(pythonPath(), pythonArguments('code_points.py', []), {
    input: JSON.stringify(points),
  });
  if (code !== 0) throw new Error(`Cannot ask Python: exit ${code}: ${stderr}`);
  return JSON.parse(stdout.toString()) as number[];
};
