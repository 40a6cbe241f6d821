import { type Address, equalAddresses, formatAddress } from '@stack/address';
import type { DriverTlsOptions, StreamDriver } from '../contract/driver.ts';
import { isTransportError, TransportError } from '../contract/errors.ts';
import type { ConnectOptions } from '../contract/network.ts';
import { selectAddresses } from './candidates.ts';
import { driverConnectOptions, expectConnectable } from './connect-options.ts';
import { stoppedBefore, watch } from './deadline.ts';
import type { Claimed } from './endpoint.ts';
import { durationOption } from './limits.ts';
import { permitOption } from './permit.ts';
import { type Lost, race } from './race.ts';
import { connectTls } from './tls.ts';

/** Below this an attempt would hardly have had a chance (RFC 8305 section 5: 10 ms at least). */
const leastAttemptDelayMs = 10;

/** A connection to ourselves is what dialling a closed ephemeral port can give (simultaneous open): nobody listens there. */
const refuseSelf = (driver: StreamDriver, text: string): StreamDriver => {
  if (driver.remote.family === 'AF_UNIX' || !equalAddresses(driver.local, driver.remote)) return driver;
  driver.reset();
  throw new TransportError({ code: 'ECONNREFUSED', op: 'connect', at: text, remote: driver.remote });
};

const toError = (claimed: Claimed, address: Address, error: unknown): TransportError => {
  if (isTransportError(error)) return error;
  return new TransportError({
    code: 'ERR_UNSUPPORTED',
    op: 'connect',
    at: claimed.text,
    remote: address,
    cause: error,
  });
};

/** An attempt that was under way when the time of the whole was over. */
const noAnswer = ({ text }: Claimed, remote: Address): TransportError =>
  new TransportError({ code: 'ERR_TIMEOUT', op: 'connect', at: text, remote, reason: 'no answer in time' });

/** How many attempts a message tells of; `attempts` has all. */
const mostTold = 16;

/** One error for all attempts: the code of the first, and of a name the reason of each. */
const allFailed = ({ endpoint, text }: Claimed, attempts: readonly TransportError[]): TransportError => {
  const [first] = attempts;
  const code = first?.code ?? 'ENOTFOUND';
  if (endpoint.address.family !== 'host') {
    return new TransportError({
      code,
      op: 'connect',
      at: text,
      reason: first?.reason,
      remote: first?.remote,
      attempts,
      cause: first?.cause,
    });
  }
  const told = attempts
    .slice(0, mostTold)
    .map(({ remote, reason }) => `${remote === undefined ? 'an address' : formatAddress(remote)} ${reason}`)
    .join('; ');
  const reason = attempts.length > mostTold ? `${told}; and ${attempts.length - mostTold} more` : told;
  const only = attempts.length === 1 ? first : undefined;
  return new TransportError({
    code,
    op: 'connect',
    at: text,
    reason,
    remote: only?.remote,
    attempts,
    cause: only?.cause,
  });
};

/** Dials an endpoint: one deadline over the look-up, the permission and every attempt. */
export const connectDriver = async (claimed: Claimed, options: ConnectOptions): Promise<StreamDriver> => {
  const { backend, text } = claimed;
  const permit = permitOption(options.permit);
  const attemptDelayMs = Math.max(leastAttemptDelayMs, durationOption('attemptDelayMs', options.attemptDelayMs, 250));
  const driverOptions = driverConnectOptions(options);
  const { localAddress: local } = driverOptions;
  expectConnectable(claimed, local);
  const tls = connectTls(claimed, options);
  const stopped = stoppedBefore(options, 'connect', text);
  if (stopped !== undefined) throw stopped.reason;

  const controller = new AbortController();
  const { signal } = controller;
  const release = watch(options, backend.clock, 'connect', text, (reason) => controller.abort(reason));
  try {
    const { addresses, passedOver } = await selectAddresses(claimed, { local, permit, signal });
    if (addresses.length === 0) throw allFailed(claimed, passedOver);
    const dial = async (address: Address, signal: AbortSignal): Promise<StreamDriver> =>
      refuseSelf(await backend.connect(address, { ...driverOptions, signal }), text);
    const outcome = await race(addresses, { clock: backend.clock, attemptDelayMs, signal, dial });
    if (!isLost(outcome)) {
      if (!signal.aborted) return tls === undefined ? outcome : await secure(outcome, tls, signal, claimed);
      outcome.reset();
      throw signal.reason;
    }
    const failed = outcome.failures.map(({ address, error }) => toError(claimed, address, error));
    const attempts = [...failed, ...outcome.unanswered.map((address) => noAnswer(claimed, address)), ...passedOver];
    if (!signal.aborted) throw allFailed(claimed, attempts);
    throw options.signal?.aborted === true ? signal.reason : withAttempts(signal.reason, attempts);
  } finally {
    release();
  }
};

/** Does the handshake of a client, under the deadline of the whole. */
const secure = async (
  driver: StreamDriver,
  tls: DriverTlsOptions,
  signal: AbortSignal,
  claimed: Claimed,
): Promise<StreamDriver> => {
  const secured = driver.secure?.(tls);
  if (secured === undefined) return driver;
  const cutShort = (): void => secured.reset();
  signal.addEventListener('abort', cutShort);
  try {
    await secured.secured;
    return secured;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw isTransportError(error) ? asConnect(error, claimed) : error;
  } finally {
    signal.removeEventListener('abort', cutShort);
  }
};

const asConnect = ({ code, local, remote, reason, cause }: TransportError, { text }: Claimed): TransportError =>
  new TransportError({ code, op: 'connect', at: text, local, remote, reason, cause });

const isLost = (outcome: StreamDriver | Lost): outcome is Lost => 'failures' in outcome;

/** The deadline's error tells what had been tried. */
const withAttempts = (reason: unknown, attempts: readonly TransportError[]): unknown => {
  if (attempts.length === 0 || !isTransportError(reason, 'ERR_TIMEOUT')) return reason;
  return Object.assign(reason, { attempts });
};
