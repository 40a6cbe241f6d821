import { FrameError } from './frame-error.ts';

/** A frame that is longer than the cap is not written. `what`: what the codec calls a frame. */
export const tooLong = (codec: string, what: string, length: number, maxBytes: number): FrameError => {
  const reason = `${what} of ${length} bytes is longer than ${maxBytes}`;
  return new FrameError({ code: 'ERR_FRAME_TOO_LONG', op: 'encode', codec, reason, length, maxBytes });
};

/** What could not be read back as it is, is not written. */
export const unencodable = (codec: string, reason: string): FrameError =>
  new FrameError({ code: 'ERR_FRAME_CORRUPT', op: 'encode', codec, reason });
