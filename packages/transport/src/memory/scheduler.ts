/** Runs what it is given on a later turn, in order. Drivers must not deliver from inside their own methods. */
export type Later = (f: () => void) => void;

const globals: { setImmediate?: (f: () => void) => unknown } = globalThis;

/** A turn of the event loop, so that two peers that answer each other for ever still let timers run. */
export const nextTurn: Later = (f) =>
  void (globals.setImmediate === undefined ? setTimeout(f, 0) : globals.setImmediate(f));
