import { TransportError } from '../contract/errors.ts';
import type { DatagramQueue } from './datagram-queue.ts';
import type { ReadKind } from './item-queue.ts';

/** One read of a message: how much there is room for. */
export interface MessageRead {
  readonly max: number;
  /** Who reads, for messages. */
  readonly at: { readonly at: string };
}

type Messages = DatagramQueue<Uint8Array>;

/** Takes the first message, which there is; one that does not fit stays. */
const takeFitting = (queue: Messages, { max, at: { at } }: MessageRead): Uint8Array => {
  const bytes = queue.first?.length ?? 0;
  if (bytes > max) {
    const reason = `the datagram has ${bytes} bytes, and there is room for ${max}`;
    throw new TransportError({ code: 'ERR_MESSAGE_SIZE', op: 'recv', at, reason });
  }
  return queue.shift() ?? new Uint8Array(0);
};

/** A whole message; `null` when this side has stopped reading. */
export const recvKind: ReadKind<Messages, MessageRead, Uint8Array | null> = {
  ready: (queue) => queue.size > 0,
  take: takeFitting,
  atEnd: () => null,
};

/** A whole message, copied into a buffer; its length. */
export const recvIntoKind: ReadKind<Messages, MessageRead & { readonly buffer: Uint8Array }, number> = {
  ready: (queue) => queue.size > 0,
  take: (queue, read) => {
    const message = takeFitting(queue, read);
    read.buffer.set(message);
    return message.length;
  },
  atEnd: () => 0,
};
