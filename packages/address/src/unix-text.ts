import type { UnixAddress } from './address.ts';
import { Fault, moved, within } from './fault.ts';
import { quote } from './quote.ts';
import { oversizeFault, readUnixAbstract, readUnixPath, unixUnnamed } from './unix.ts';

// Not a path: in text, paths begin with "/", "./" or "../".
const UNNAMED = 'unnamed';

const ESCAPES: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['%00', '\0'],
  ['%25', '%'],
  ['%3F', '?'],
]);

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_PATH', index, reason);

const decode = (text: string): string | Fault => {
  const nul = text.indexOf('\0');
  if (nul >= 0) return fault(nul, 'found NUL, which only an abstract name can have, written %00');
  let decoded = '';
  let from = 0;
  for (let percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', from)) {
    const escape = text.slice(percent, percent + 3);
    const character = ESCAPES.get(escape);
    if (character === undefined) return fault(percent, `found ${quote(escape)}, the only escapes are %00, %25 and %3F`);
    decoded += text.slice(from, percent) + character;
    from = percent + 3;
  }
  return decoded + text.slice(from);
};

/** The inverse of `decode`: there is one way to write a path. */
const encode = (text: string): string => text.replaceAll('%', '%25').replaceAll('?', '%3F').replaceAll('\0', '%00');

const readWith = (read: (name: string) => UnixAddress | Fault, noun: string, text: string): UnixAddress | Fault => {
  const name = oversizeFault(text) ?? decode(text);
  if (name instanceof Fault) return name;
  const address = read(name);
  if (!(address instanceof Fault)) return address;
  const index = encode(name.slice(0, address.index)).length;
  return within(new Fault(address.code, index, address.reason), name, noun, 0);
};

const isPathText = (text: string): boolean => text.startsWith('/') || text.startsWith('./') || text.startsWith('../');

const pathFault = (text: string): Fault => {
  if (text === '') return fault(0, 'the path is empty. A socket without a name is written "unnamed"');
  const hint = text.length > 40 ? '' : `. Did you mean ${quote(`/${text}`)} or ${quote(`./${text}`)}?`;
  return fault(0, `a path begins with "/", "./" or "../", and an abstract name with "@"${hint}`);
};

/**
 * Reads what follows `unix:`, up to a query: `/path`, `./path`, `@abstract`, `unnamed`, with or without `//` in front.
 * `%00`, `%25` and `%3F` are the only escapes.
 */
export const readUnixText = (text: string): UnixAddress | Fault => {
  const start = text.startsWith('//') ? 2 : 0;
  const rest = text.slice(start);
  const isAbstract = rest.startsWith('@');
  if (rest === UNNAMED) return unixUnnamed;
  if (!isAbstract && !isPathText(rest)) return moved(pathFault(rest), start);
  return isAbstract
    ? moved(readWith(readUnixAbstract, 'an abstract Unix name', rest.slice(1)), start + 1)
    : moved(readWith(readUnixPath, 'a Unix path', rest), start);
};

/** The inverse of `readUnixText`. */
export const formatUnixText = (address: UnixAddress): string => {
  if (address.kind === 'unnamed') return UNNAMED;
  if (address.kind === 'abstract') return `@${encode(address.path)}`;
  // With two slashes in front a reader would take "//" for the empty authority of a URI.
  return address.path.startsWith('//') ? `//${encode(address.path)}` : encode(address.path);
};
