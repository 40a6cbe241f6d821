import { TransportError, type TransportOp } from '../contract/errors.ts';
import type { Claimed } from './endpoint.ts';
import { rangeOption } from './limits.ts';

/** Descriptors are numbers of 31 bits. */
const mostDescriptors = 2 ** 31 - 1;

/** Checks the option that names a socket which is open already; absent: none. */
export const inheritedOption = (value: number | string | undefined): number | string | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return rangeOption('inherited', value, 0, [0, mostDescriptors]);
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`inherited must be a descriptor or a name, not ${value === '' ? 'an empty text' : typeof value}`);
};

/** Refuses it where there are no descriptors, and where it is not known which address is meant. */
export const expectInheritable = ({ backend, endpoint: { address }, text }: Claimed, op: TransportOp): void => {
  const refuse = (reason: string): never => {
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at: text, reason });
  };
  if (!backend.caps.has('inherited')) refuse(`the ${backend.name} backend has no inherited descriptors`);
  if (address.family === 'host') refuse('inherited is for an address: a name may stand for several');
};
