import type { Connection } from '@stack/transport';

const headerBytes = 8;

/** A number and a payload, in one buffer of its own. */
export const writeFrame = (id: number, payload: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, id);
  view.setUint32(4, payload.length);
  frame.set(payload, headerBytes);
  return frame;
};

/** Reads what `writeFrame` wrote. */
export const readFrame = async (connection: Connection): Promise<{ id: number; payload: Uint8Array }> => {
  const header = await connection.recvExactly(headerBytes);
  const view = new DataView(header.buffer, header.byteOffset, headerBytes);
  const length = view.getUint32(4);
  return { id: view.getUint32(0), payload: length === 0 ? new Uint8Array(0) : await connection.recvExactly(length) };
};
