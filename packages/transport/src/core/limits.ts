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

/** Checks an option that is a whole number of a range, both ends included, which the message writes with `write`. Absent: the default. */
export const rangeOption = (
  name: string,
  value: number | undefined,
  fallback: number,
  [min, max]: readonly [min: number, max: number],
  write: (value: number) => string = String,
): number => {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  const expected = `${name} must be a whole number from ${write(min)} to ${write(max)}`;
  if (!(value >= min && value <= max)) throw new RangeError(`${expected}, not ${write(value)}`);
  if (!Number.isInteger(value)) throw new TypeError(`${expected}, not ${value}`);
  return value;
};

/** Checks an option that is on or off. Absent: the default. */
export const switchOption = (name: string, value: boolean | undefined, fallback: boolean): boolean => {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, not ${typeof value}`);
  return value;
};
