import { type Finished, nodeArguments, type Program, run, start } from '@stack/interop';

/** The programs of ours that are put under faults, each in a process of its own: `subjects/`. */
export type SubjectName = 'echo' | 'flood' | 'resets' | 'soak' | 'system-calls';

const argumentsOf = (name: SubjectName, wishes: object): string[] =>
  nodeArguments(new URL(`subjects/${name}.ts`, import.meta.url), [JSON.stringify(wishes)]);

/** Starts a subject. */
export const startSubject = (name: SubjectName, wishes: object): Promise<Program> =>
  start(process.execPath, argumentsOf(name, wishes));

/** What a subject that has ended has to say. An uncaught error or an unhandled rejection ends it with another code. */
const reportOf = <T>(name: SubjectName, { code, signal, stdout, stderr }: Finished): T => {
  if (code !== 0 || stderr !== '') {
    throw new Error(`The subject "${name}" ended with ${code ?? signal}, and said: ${stderr}${stdout.toString()}`);
  }
  return JSON.parse(stdout.toString().trimEnd().split('\n').at(-1) ?? '') as T;
};

/** Runs a subject to its end, and gives its report: the last line it prints. */
export const runSubject = async <T>(name: SubjectName, wishes: object, timeoutMs: number): Promise<T> =>
  reportOf(name, await run(process.execPath, argumentsOf(name, wishes), { timeoutMs }));

/** Waits for the end of a subject that was started, and gives its report. */
export const finish = async <T>(name: SubjectName, subject: Program): Promise<T> => {
  subject.endInput();
  const exit = await subject.exit;
  return reportOf(name, { ...exit, stdout: subject.stdout.bytes, stderr: subject.stderr.text });
};
