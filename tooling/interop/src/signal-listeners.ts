import { getEventListeners } from 'node:events';

/** Signals of the global controllers: not those inside Web Streams, on which a stream listens as long as it lives. */
const made = new WeakSet<AbortSignal>();

/** Those of them that somebody has begun to listen on since they were last looked at with nobody listening. */
const listenedOn = new Set<AbortSignal>();

const { AbortController: Controller } = globalThis;
const { addEventListener, removeEventListener } = EventTarget.prototype;

globalThis.AbortController = class extends Controller {
  constructor() {
    super();
    made.add(this.signal);
  }
};

EventTarget.prototype.addEventListener = function addAndNote(...args) {
  if (this instanceof AbortSignal && made.has(this)) listenedOn.add(this);
  addEventListener.apply(this, args);
};

EventTarget.prototype.removeEventListener = function removeAndNote(...args) {
  removeEventListener.apply(this, args);
  // So that a flood of signals is not kept until somebody looks.
  if (this instanceof AbortSignal && listenedOn.has(this)) forgetIfQuiet(this);
};

const forgetIfQuiet = (signal: AbortSignal): number => {
  const count = getEventListeners(signal, 'abort').length;
  if (count === 0) listenedOn.delete(signal);
  return count;
};

/** How many listeners there are on the signals of every controller of this process, the transport's own ones included. */
export const listenersOnSignals = (): number => {
  let sum = 0;
  for (const signal of listenedOn) sum += forgetIfQuiet(signal);
  return sum;
};
