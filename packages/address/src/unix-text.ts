import type { UnixAddress } from './address.ts';
import { Fault, moved, strayFault, unexpected, within } from './fault.ts';
import { quote } from './quote.ts';
import { isAnchored, readUnixAbstract, readUnixPath, unixUnnamed } from './unix.ts';

// Not a path: in text, paths begin with "/", "./" or "../".
const UNNAMED = 'unnamed';

// Longer than any path that is not too long, escapes and all.
const MAX_DECODED = 4096;

// What `decode` cannot read: any other escape, and NUL as it is, which C would stop at.
const UNREADABLE = /%(?!00|25|3F)|\0/;

const decode = (text: string): string | Fault =>
  strayFault('ERR_ADDRESS_PATH', text, UNREADABLE, 'plain text, or one of the escapes %00, %25 and %3F') ??
  decodeURIComponent(text);

/** The inverse of `decode`: there is one way to write a path. */
const encode = (text: string): string => text.replaceAll('%', '%25').replaceAll('?', '%3F').replaceAll('\0', '%00');

const readWith = (read: (name: string) => UnixAddress | Fault, noun: string, text: string): UnixAddress | Fault => {
  const name = text.length > MAX_DECODED ? text : decode(text);
  if (name instanceof Fault) return name;
  const address = read(name);
  if (!(address instanceof Fault)) return address;
  const index = encode(name.slice(0, address.index)).length;
  return within(new Fault(address.code, index, address.reason), name, noun, 0);
};

const formFault = (text: string): Fault => {
  const hint = text === '' || text.length > 40 ? '' : `. Did you mean ${quote(`/${text}`)} or ${quote(`./${text}`)}?`;
  const expected = '"/", "./" or "../" and a path, "@" and a name, or "unnamed"';
  return unexpected('ERR_ADDRESS_PATH', text, 0, expected, hint);
};

/**
 * Reads what follows `unix:`, up to a query: `/path`, `./path`, `@abstract`, `unnamed`, with or without `//` in front.
 * `%00`, `%25` and `%3F` are the only escapes.
 */
export const readUnixText = (text: string): UnixAddress | Fault => {
  const start = text.startsWith('//') ? 2 : 0;
  const rest = text.slice(start);
  if (rest === UNNAMED) return unixUnnamed;
  if (rest.startsWith('@')) {
    return moved(readWith(readUnixAbstract, 'an abstract Unix name', rest.slice(1)), start + 1);
  }
  return moved(isAnchored(rest) ? readWith(readUnixPath, 'a Unix path', rest) : formFault(rest), start);
};

/** The inverse of `readUnixText`. */
export const formatUnixText = (address: UnixAddress): string => {
  if (address.kind === 'unnamed') return UNNAMED;
  if (address.kind === 'abstract') return `@${encode(address.path)}`;
  // With two slashes in front a reader would take "//" for the empty authority of a URI.
  return address.path.startsWith('//') ? `//${encode(address.path)}` : encode(address.path);
};
