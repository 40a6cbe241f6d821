import type { FrameError } from './frame-error.ts';
import type { Newline } from './line-decoder.ts';
import type { MaxBytesOption } from './max-bytes.ts';
import { unencodable } from './unencodable.ts';

/** How lines are read and written. */
export interface LineOptions extends MaxBytesOption {
  /** What is written behind a line; either is taken when reading. Default a line feed. */
  readonly newline?: Newline | undefined;
}

/** Checks an end of line. */
export const checkedNewline = (newline: Newline = '\n'): Newline => {
  if (newline === '\n' || newline === '\r\n') return newline;
  throw new RangeError(`Cannot end lines with ${JSON.stringify(newline)}: expected "\\n" or "\\r\\n"`);
};

/** A line feed within a line would make two of it. */
export const holdsFeed = (codec: string, at: number): FrameError => unencodable(codec, `it has a line feed at ${at}`);

/** A carriage return before a line feed is read as a part of the line's end. */
export const endsInReturn = (codec: string): FrameError =>
  unencodable(codec, 'it ends in a carriage return, which would be read as a part of its end');
