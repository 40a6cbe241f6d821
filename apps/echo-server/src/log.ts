import { pino, type Logger } from 'pino';
import type { LogLevel } from './log-levels.ts';
import { printableJson } from './printable-json.ts';

/** Where records go. */
export interface LogOutput {
  write(line: string): void;
}

/** Makes the log: one JSON object a line, nothing of this machine or this user. Payload is never given to it. */
export const newLog = (level: LogLevel, output: LogOutput): Logger =>
  pino(
    {
      level,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: printableJson },
    },
    output,
  );
