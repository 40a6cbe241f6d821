import { closeSync, constants, existsSync, fstatSync, mkdtempSync, openSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UNIX_PATH_MAX_BYTES } from '@stack/address';

/** What a system does with paths. */
interface PathRules {
  /** Bytes of a socket's path that the kernel takes: `sun_path` without its NUL (unix(7)). */
  readonly mostBytes: number;
  /** Where it shows open directories as paths, if it does. */
  readonly descriptors: string;
}

/** BSD and macOS have 104 bytes, and no such place. */
const ofThisSystem: PathRules = {
  mostBytes: process.platform === 'linux' ? UNIX_PATH_MAX_BYTES : 103,
  descriptors: '/proc/self/fd',
};

/** How many characters `mkdtemp` chooses. */
const chosenLength = 6;

/** What the name begins with: what it is for, or as little as possible where only that fits. */
const prefixFor = (publicPath: string, { mostBytes }: PathRules): string => {
  const parent = join(dirname(publicPath), '/');
  const telling = `${parent}.${basename(publicPath)}.`;
  const wholeBytes = Buffer.byteLength(telling) + chosenLength + 1 + chosenLength;
  return wholeBytes <= mostBytes ? telling : `${parent}.`;
};

/** A failure that no system told: its reason is ours. */
const failure = (code: string, reason: string): Error => Object.assign(new Error(reason), { code, reason });

/** Opens the directory that was made, and nothing that somebody put in its place. */
const hold = (path: string): number => {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const { uid, mode } = fstatSync(descriptor);
  if (uid === process.geteuid?.() && (mode & 0o077) === 0) return descriptor;
  closeSync(descriptor);
  const reason =
    'the directory made for it is not ours alone: the file system keeps no permissions, or somebody replaced it';
  throw failure('ERR_UNSUPPORTED', reason);
};

/**
 * A directory that only we can enter, beside a socket file to be. What is made in it is out of reach for everybody else until
 * it gets its public name.
 *
 * Where the system shows open directories as paths (Linux), files in it are named by its descriptor: that is never led
 * elsewhere, and never too long.
 */
export class PrivateFolder {
  readonly #path: string;
  readonly #descriptor: number;
  /** Where to bind. The kernel goes on to show this name to those who ask it for the address of the socket. */
  readonly bindPath: string;
  /** What was bound. */
  readonly file: string;

  /** @param path - as `mkdtemp` made it */
  private constructor(path: string, { mostBytes, descriptors }: PathRules) {
    this.#path = path;
    this.#descriptor = hold(path);
    // libuv removes the name that it bound when the socket closes, although it is gone by then. Somebody could have put a link
    // to another directory in our place: no file there has a name of chance.
    const name = path.slice(-chosenLength);
    const direct = join(path, name);
    const directBytes = Buffer.byteLength(direct);
    const shown = `${descriptors}/${this.#descriptor}`;
    this.file = existsSync(shown) ? `${shown}/${name}` : direct;
    this.bindPath = directBytes <= mostBytes ? direct : this.file;
    if (Buffer.byteLength(this.bindPath) <= mostBytes) return;
    closeSync(this.#descriptor);
    throw failure('ENAMETOOLONG', `its private name has ${directBytes} bytes, of at most ${mostBytes}`);
  }

  /**
   * Makes one beside a path.
   *
   * @throws what `mkdtemp` says: `ENOENT`, `EACCES`, `EROFS` …; `ENAMETOOLONG` where no private name fits, and
   *   `ERR_UNSUPPORTED` where nothing is private, both with a `reason`
   */
  static beside(publicPath: string, rules: PathRules = ofThisSystem): PrivateFolder {
    const path = mkdtempSync(prefixFor(publicPath, rules));
    try {
      return new PrivateFolder(path, rules);
    } catch (error) {
      rmdirSync(path);
      throw error;
    }
  }

  /** The time of the last change in it, as its file system has it, in nanoseconds. */
  get changedNs(): bigint {
    return fstatSync(this.#descriptor, { bigint: true }).mtimeNs;
  }

  /** Removes it, and what is still in it. Never fails: what cannot be removed stays, out of everybody's way. */
  remove(): void {
    for (const step of [() => unlinkSync(this.file), () => closeSync(this.#descriptor), () => rmdirSync(this.#path)]) {
      try {
        step();
      } catch {
        // It has its public name already, or somebody was faster.
      }
    }
  }
}
