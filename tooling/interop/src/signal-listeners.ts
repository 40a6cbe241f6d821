import { getEventListeners } from 'node:events';

/** Every signal that somebody has begun to listen on since it was last looked at with nobody listening. */
const listenedOn = new Set<AbortSignal>();

const { addEventListener } = EventTarget.prototype;

EventTarget.prototype.addEventListener = function addAndNote(...args) {
  if (this instanceof AbortSignal) listenedOn.add(this);
  addEventListener.apply(this, args);
};

/** How many listeners there are on all the signals of this process, the transport's own ones included. */
export const listenersOnSignals = (): number => {
  let sum = 0;
  for (const signal of listenedOn) {
    const count = getEventListeners(signal, 'abort').length;
    if (count === 0) listenedOn.delete(signal);
    sum += count;
  }
  return sum;
};
