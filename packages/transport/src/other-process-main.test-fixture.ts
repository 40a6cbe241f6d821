import { createInterface } from 'node:readline';
import { formatAddress } from '@stack/address';
import type { Connection } from './contract/connection.ts';
import { isTransportError } from './contract/errors.ts';
import type { Listener } from './contract/listener.ts';
import type { ListenOptions } from './contract/network.ts';
import { text } from './scripted-driver.test-fixture.ts';
import { system } from './system.ts';

/** What can be asked of another process; each answer is text. */
export interface Requests {
  /** Becomes another user, for good. */
  readonly become: readonly [uid: number];
  /** Sets its umask. */
  readonly umask: readonly [mask: number];
  /** Listens, and greets who connects with its process id. */
  readonly listen: readonly [endpoint: string, options?: ListenOptions];
  /** Stops to listen. */
  readonly close: readonly [];
  /** Connects, and tells what it was greeted with. */
  readonly connect: readonly [endpoint: string];
}

export interface Answer {
  readonly ok: boolean;
  readonly value: string;
  readonly message: string;
}

let listener: Listener | undefined;

const greet = async (connection: Connection): Promise<void> => {
  await connection.send(String(process.pid));
  await connection.close();
};

const serve = async (listener: Listener): Promise<void> => {
  for await (const connection of listener) void greet(connection).catch(() => undefined);
};

const requests: { [Name in keyof Requests]: (...args: Requests[Name]) => Promise<string> } = {
  become: async (uid) => {
    process.setgroups?.([]);
    process.setgid?.(uid);
    process.setuid?.(uid);
    return String(process.getuid?.());
  },
  umask: async (mask) => String(process.umask(mask)),
  listen: async (endpoint, options) => {
    listener = await system.listen(endpoint, options);
    void serve(listener);
    return listener.addresses.map(formatAddress).join(' ');
  },
  close: async () => {
    await listener?.close();
    return '';
  },
  connect: async (endpoint) => {
    const connection = await system.connect(endpoint);
    const greeting = text(await connection.recv());
    connection.abort();
    return greeting;
  },
};

const answer = async (line: string): Promise<Answer> => {
  const [name, ...args] = JSON.parse(line) as [keyof Requests, ...unknown[]];
  try {
    const value = await (requests[name] as (...args: unknown[]) => Promise<string>)(...args);
    return { ok: true, value, message: '' };
  } catch (error) {
    return { ok: false, value: isTransportError(error) ? error.code : 'unexpected', message: String(error) };
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
process.exit();
