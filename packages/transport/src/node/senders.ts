import { type Address, inet } from '@stack/address';

interface Sender {
  readonly host: string;
  readonly port: number;
  readonly address: Address;
}

/** A power of two: enough for who talks at one time, and little enough to have with every socket that hears something. */
const slots = 64;

/**
 * The addresses of those who sent last: most datagrams come from who sent before, and making an address is most of what is
 * done here with a small one.
 */
export class Senders {
  readonly #last: (Sender | undefined)[] = Array.from({ length: slots }, () => undefined);

  /** The address of a sender as Node tells it: of equal ones it is the same object, mostly. */
  of(host: string, port: number): Address {
    const slot = port % slots;
    const known = this.#last[slot];
    if (known !== undefined && known.port === port && known.host === host) return known.address;
    const address = inet(host, port);
    this.#last[slot] = { host, port, address };
    return address;
  }
}
