import process from 'node:process';

/** The user that owns nothing, on every Linux. */
const nobody = 65_534;

/** Gives up the rights of root, where we have them, until the returned function is called. */
export const becomeNobody = (): (() => void) => {
  if (process.geteuid?.() !== 0) return () => undefined;
  process.seteuid?.(nobody);
  return () => void process.seteuid?.(0);
};
