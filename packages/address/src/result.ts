import type { AddressError } from './errors.ts';

/** What a `try…` parser returns: the value, or the error that its twin would have thrown. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AddressError };
