import type { Step } from '@stack/transport';

/** Does `next` once `step` is over: at once, where nothing is pending. */
export const afterStep = (step: Step, next: () => Step): Step => (step === undefined ? next() : step.then(next));
