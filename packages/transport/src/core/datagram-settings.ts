import type { DatagramCap } from '../contract/caps.ts';
import type { GroupOptions } from '../contract/datagram-options.ts';
import type { DatagramDriver } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { rangeOption } from './limits.ts';
import { interfaceName, membership } from './membership.ts';

/** Of a driver that says nothing of what it can do. */
export const noCaps: ReadonlySet<DatagramCap> = new Set();

/** Whose settings they are. */
export interface SettingsHost {
  readonly at: string;
  readonly driver: DatagramDriver;
  /** Why nothing can be set any more; `undefined` while the socket is open. */
  refusal(): TransportError | undefined;
}

const expectFlag = (name: string, value: unknown): void => {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, not ${typeof value}`);
};

/** The field is one byte (RFC 791 section 3.1, RFC 8200 section 3). */
const mostHops = 255;

const expectHops = (hops: number, least: number): void => {
  rangeOption('hops', hops ?? Number.NaN, least, [least, mostHops]);
};

/** What can be set on an open datagram socket: everything is checked before the driver hears of it. */
export class DatagramSettings {
  readonly #host: SettingsHost;

  constructor(host: SettingsHost) {
    this.#host = host;
  }

  setTtl(hops: number): void {
    expectHops(hops, 1);
    this.#open('ttl').setTtl?.(hops);
  }

  setMulticastTtl(hops: number): void {
    expectHops(hops, 0);
    this.#open('ttl').setMulticastTtl?.(hops);
  }

  setMulticastLoop(on: boolean): void {
    expectFlag('setMulticastLoop', on);
    this.#open('multicast').setMulticastLoop?.(on);
  }

  setMulticastInterface(name: string): void {
    const checked = interfaceName(name);
    this.#open('multicast').setMulticastInterface?.(checked);
  }

  setBroadcast(on: boolean): void {
    expectFlag('setBroadcast', on);
    this.#open('broadcast').setBroadcast?.(on);
  }

  joinGroup(group: string, options: GroupOptions = {}): Disposable {
    const driver = this.#open('multicast', ...(options.source === undefined ? [] : (['sourceMulticast'] as const)));
    const joined = membership(group, options, driver.local.family);
    driver.join?.(joined);
    let isMember = true;
    return {
      [Symbol.dispose]: () => {
        if (isMember && this.#host.refusal() === undefined) driver.leave?.(joined);
        isMember = false;
      },
    };
  }

  /** The driver, of an open socket that can do this. */
  #open(...caps: readonly DatagramCap[]): DatagramDriver {
    const refusal = this.#host.refusal();
    if (refusal !== undefined) throw refusal;
    const { driver, at } = this.#host;
    const missing = caps.find((cap) => driver.caps?.has(cap) !== true);
    if (missing === undefined) return driver;
    const reason = `this transport has no "${missing}"`;
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'configure', at, reason });
  }
}
