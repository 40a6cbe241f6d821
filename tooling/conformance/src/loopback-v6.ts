import { isTransportError, system } from '@stack/transport';

/** Why there is no `::1` on this machine; `undefined` where there is one. */
export const whyNoIpv6 = async (): Promise<string | undefined> => {
  try {
    const listener = await system.listen('tcp://[::1]:0');
    await listener.close();
    return undefined;
  } catch (error) {
    if (!isTransportError(error)) throw error;
    if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
    return `this machine has no ::1: ${error.message}`;
  }
};
