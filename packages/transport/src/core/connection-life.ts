/**
 * - `open`: either direction may be in use
 * - `closing`: this side closes in order; nothing more is taken or given
 * - `aborted`: this side dropped it; the driver's last word is awaited
 * - `gone`: the driver is done
 */
export type Life = 'open' | 'closing' | 'aborted' | 'gone';

/** Where each state may lead. */
export const lifeAfter: Readonly<Record<Life, readonly Life[]>> = {
  open: ['closing', 'aborted', 'gone'],
  closing: ['aborted', 'gone'],
  aborted: ['gone'],
  gone: [],
};
