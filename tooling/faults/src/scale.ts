/** Whether faults run as often and as large as they are meant to be; otherwise, as much as every change can wait for. */
export const isFull: boolean = process.env['STACK_FAULTS'] === 'full';

/** `full` in the nightly run, else `bounded`. */
export const scaled = (bounded: number, full: number): number => (isFull ? full : bounded);
