import type { Pem } from '../../contract/tls.ts';

/** PEM as Node takes it. */
export const pem = (value: Pem): Buffer => (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value));

/** One or several, likewise. */
export const pems = (values: Pem | readonly Pem[]): Buffer[] =>
  typeof values === 'string' || values instanceof Uint8Array ? [pem(values)] : values.map(pem);
