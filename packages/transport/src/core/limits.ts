/** Checks an option that counts something: a whole number of at least `min`, or `Infinity`. Absent: the default. */
export const countOption = (name: string, value: number | undefined, fallback: number, min = 1): number => {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  if (value === Infinity || (Number.isSafeInteger(value) && value >= min)) return value;
  if (Number.isNaN(value) || value < min) throw new RangeError(`${name} must be at least ${min}, not ${value}`);
  throw new TypeError(`${name} must be a whole number, not ${value}`);
};

/** Checks an option in milliseconds: 0 or more, `Infinity` allowed. Absent: the default. */
export const durationOption = (name: string, value: number | undefined, fallback: number): number => {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  if (Number.isNaN(value) || value < 0) throw new RangeError(`${name} must be 0 or more milliseconds, not ${value}`);
  return value;
};
