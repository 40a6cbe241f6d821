import { type Address, addressKey, formatAddress, named } from '@stack/address';
import { TransportError } from '../contract/errors.ts';

/** The first port given where port 0 was asked for (RFC 6335 section 6: the dynamic range). */
const firstDynamicPort = 49_152;
const dynamicPorts = 65_536 - firstDynamicPort;

/** Who listens and who is bound where, by `addressKey`. */
export class Places<Listener, Socket> {
  readonly listeners: Map<string, Listener> = new Map();
  readonly sockets: Map<string, Socket> = new Map();
  #given = 0;

  /** The address that was asked for, with a real port; it must be free. */
  claim(at: Address, op: 'listen' | 'connect' | 'bind'): Address {
    const address = 'port' in at && at.port === 0 ? this.fresh(at) : at;
    const taken = op === 'bind' ? this.sockets : this.listeners;
    if (!taken.has(addressKey(address))) return address;
    throw new TransportError({ code: 'EADDRINUSE', op, at: formatAddress(address), local: address });
  }

  /** An address where nobody listens or is bound, nor is otherwise, of the family of `like`. */
  fresh(like: Address, isTaken: (address: Address) => boolean = () => false): Address {
    if (!('port' in like)) return named('memory', `peer-${(this.#given += 1)}`);
    for (let tries = 0; tries < dynamicPorts; tries += 1) {
      this.#given += 1;
      const address = { ...like, port: firstDynamicPort + (this.#given % dynamicPorts) };
      const key = addressKey(address);
      if (!this.listeners.has(key) && !this.sockets.has(key) && !isTaken(address)) return address;
    }
    throw new TransportError({
      code: 'EADDRNOTAVAIL',
      op: 'use',
      at: formatAddress(like),
      reason: 'every port is taken',
    });
  }
}

/** Frees the place of `who`, unless somebody else has it by now. */
export const vacate = <T>(taken: Map<string, T>, address: Address, who: T): void => {
  const key = addressKey(address);
  if (taken.get(key) === who) taken.delete(key);
};

/** An address has one listener here: nothing deals out connections between several. */
export const noSharing = (at: Address, where: string): TransportError => {
  const reason = `${where} an address has one listener, there is no reusePort`;
  return new TransportError({ code: 'ERR_UNSUPPORTED', op: 'listen', at: formatAddress(at), local: at, reason });
};
