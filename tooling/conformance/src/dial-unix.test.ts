import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Endpoint, unixAbstract, unixPath } from '@stack/address';
import { type BadPlace, dialChecks, dialFixture, type OpenPlace } from '@stack/testing';
import { system } from '@stack/transport';
import { afterAll, expect, test } from 'vitest';
import { becomeNobody } from './as-nobody.ts';
import { silentPlace } from './silent-place.ts';
import { suite } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'stack-'));
// So that nobody may reach what is inside: only the sockets themselves say no.
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const path = (): string => join(folder, `${(made += 1)}.sock`);
const at = (name: string): Endpoint => ({ scheme: 'unix', address: unixPath(name) });

/** A place that `make` puts something at, which is removed afterwards. */
const holding = (make: (name: string) => void): OpenPlace => {
  const name = path();
  make(name);
  return { endpoint: at(name), close: () => rmSync(name, { recursive: true, force: true }) };
};

/** A socket that lives, but may not be written to. */
const forbidden = async (): Promise<OpenPlace> => {
  const name = path();
  const listener = await system.listen(at(name));
  chmodSync(name, 0);
  const comeBack = becomeNobody();
  return {
    endpoint: at(name),
    close: async () => {
      comeBack();
      await listener.close();
    },
  };
};

const full = async (): Promise<OpenPlace> => {
  const place = await silentPlace(at(path()));
  const { address } = place.endpoint;
  return {
    ...place,
    close: async () => {
      await place.close?.();
      if (address.family === 'AF_UNIX') rmSync(address.path, { force: true });
    },
  };
};

/** What stands where a name is a folder's: it can be neither dialled nor listened on below it. */
const belowAFile = (): OpenPlace => {
  const place = holding((name) => writeFileSync(name, 'precious'));
  return { ...place, endpoint: at(`${'path' in place.endpoint.address ? place.endpoint.address.path : ''}/x`) };
};

const notDialable: readonly BadPlace[] = [
  { what: 'a path where nothing is', codes: ['ENOENT'], open: () => ({ endpoint: at(path()) }) },
  {
    what: 'a file that is no socket',
    // Linux says that nobody listens, others that it is none.
    codes: ['ECONNREFUSED', 'ENOTSOCK'],
    open: () => holding((name) => writeFileSync(name, 'precious')),
  },
  { what: 'a folder', codes: ['ECONNREFUSED', 'ENOTSOCK'], open: () => holding((name) => mkdirSync(name)) },
  { what: 'a loop of links', codes: ['ELOOP'], open: () => holding((name) => symlinkSync(name, name)) },
  { what: 'a path below a file', codes: ['ENOTDIR'], open: belowAFile },
  { what: 'a socket that may not be written to', codes: ['EACCES'], open: forbidden },
  // What is full is never said to be absent.
  ...(process.platform === 'linux' ? [{ what: 'a socket whose queue is full', codes: ['EAGAIN'], open: full }] : []),
];

const notListenable: readonly BadPlace[] = [
  { what: 'a folder that is not there', codes: ['ENOENT'], open: () => ({ endpoint: at(`${folder}/none/x`) }) },
  { what: 'a path below a file', codes: ['ENOTDIR'], open: belowAFile },
  {
    what: 'a folder that may not be written to',
    codes: ['EACCES'],
    open: () => ({ endpoint: at(path()), close: becomeNobody() }),
  },
];

const unix = dialFixture({
  name: 'unix',
  network: system,
  endpoint: () => at(path()),
  notDialable,
  notListenable: process.geteuid?.() === 0 ? notListenable : notListenable.slice(0, 2),
});
suite(unix, dialChecks, { mostSeeds: 1 });

const abstract = dialFixture({
  name: 'abstract',
  network: system,
  endpoint: () => ({ scheme: 'unix', address: unixAbstract(`stack-dial-${process.pid}-${(made += 1)}`) }),
  notDialable: [
    {
      what: 'an abstract name that nobody has',
      codes: ['ECONNREFUSED'],
      open: () => ({ endpoint: { scheme: 'unix', address: unixAbstract(`stack-nobody-${process.pid}`) } }),
    },
  ],
});
const absent = process.platform === 'linux' ? undefined : 'abstract names are a thing of Linux';
suite(abstract, dialChecks, { mostSeeds: 1, absent });

test('unix leaves no socket file behind', () => {
  expect(made).toBeGreaterThan(0);
  expect(readdirSync(folder)).toEqual([]);
});
