/** Past 1 GiB a frame is a file: send it in parts. */
const largest = 2 ** 30;

/** Checks a cap. */
export const checkedMaxBytes = (maxBytes: number): number => {
  if (Number.isInteger(maxBytes) && maxBytes >= 1 && maxBytes <= largest) return maxBytes;
  throw new RangeError(`Cannot cap frames at ${maxBytes} bytes: expected a whole number from 1 to ${largest}`);
};

/** What a codec's cap is called. */
export interface MaxBytesOption {
  /** The most bytes of content that a frame may have, what marks it off not counted; 1 to 1,073,741,824. */
  readonly maxBytes?: number | undefined;
}
