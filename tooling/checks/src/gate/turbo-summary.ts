import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface RunSummary {
  readonly tasks: readonly { readonly taskId: string; readonly execution?: { readonly exitCode: number } | null }[];
}

const folder = (root: string): string => join(root, '.turbo/runs');

/** Removes the summaries of earlier runs, so that the next one found belongs to this run. */
export const clearSummaries = (root: string): void => rmSync(folder(root), { recursive: true, force: true });

// As `@stack/address#lint`.
const failedTasks = (text: string): readonly string[] =>
  (JSON.parse(text) as RunSummary).tasks
    .filter(({ execution }) => (execution?.exitCode ?? 0) !== 0)
    .map(({ taskId }) => taskId);

/** The tasks that failed since `clearSummaries`. */
export const readFailedTasks = (root: string): readonly string[] =>
  existsSync(folder(root))
    ? readdirSync(folder(root)).flatMap((file) => failedTasks(readFileSync(join(folder(root), file), 'utf8')))
    : [];
