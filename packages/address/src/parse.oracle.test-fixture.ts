// A second reader of IP addresses, written to be obvious and not to be fast: what it and the package disagree about is
// a fault in one of them.

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const ZONE = /^[^%/:?#[\]\s\p{C}\p{Z}]+$/u;

const toHex = (dotted: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

const readGroups = (text: string): readonly number[] | undefined => {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  const hex = IPV4.test(tail) ? text.slice(0, -tail.length) + toHex(tail) : text;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const rest = groupsOf(halves[1] ?? '');
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...rest];
  return all.every((group) => GROUP.test(group)) ? all.map((group) => Number.parseInt(group, 16)) : undefined;
};

const compress = (text: string): string => {
  for (let zeros = 8; zeros >= 2; zeros--) {
    const run = Array.from({ length: zeros }, () => '0').join(':');
    const found = `:${text}:`.indexOf(`:${run}:`);
    if (found >= 0) {
      const before = text.slice(0, Math.max(0, found - 1));
      return `${before}::${text.slice(found + run.length + 1)}`;
    }
  }
  return text;
};

const writeGroups = (groups: readonly number[]): string => {
  const mapped = groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  if (!mapped) return compress(groups.map((group) => group.toString(16)).join(':'));
  const [high = 0, low = 0] = groups.slice(6);
  return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
};

const utf8Length = (text: string): number => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, '.').length;

/** The canonical text of an IP address, with its zone, or `undefined` for anything else. */
export const oracleIp = (text: string): string | undefined => {
  if (IPV4.test(text)) return text;
  const percent = text.indexOf('%');
  const host = percent < 0 ? text : text.slice(0, percent);
  const groups = readGroups(host);
  if (groups === undefined || !host.includes(':')) return undefined;
  if (percent < 0) return writeGroups(groups);
  const zone = text.slice(percent + 1);
  return ZONE.test(zone) && utf8Length(zone) <= 15 ? `${writeGroups(groups)}%${zone}` : undefined;
};
