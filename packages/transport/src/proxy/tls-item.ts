import { headerFault } from './fault.ts';
import type { ProxyItem, ProxyTls } from './header.ts';
import { TLS_CIPHER, TLS_COMMON_NAME, TLS_KEY_ALGORITHM, TLS_SIGNATURE_ALGORITHM, TLS_VERSION } from './item-types.ts';
import { readItems, writeItems } from './items.ts';
import { readText, writeText } from './text.ts';

type TlsText = 'version' | 'commonName' | 'cipher' | 'signatureAlgorithm' | 'keyAlgorithm';

const texts: ReadonlyMap<number, TlsText> = new Map([
  [TLS_VERSION, 'version'],
  [TLS_COMMON_NAME, 'commonName'],
  [TLS_CIPHER, 'cipher'],
  [TLS_SIGNATURE_ALGORITHM, 'signatureAlgorithm'],
  [TLS_KEY_ALGORITHM, 'keyAlgorithm'],
]);

// PROXY protocol section 2.2.6: the bits of `client`, and where `verify` (0: verified) and the items begin.
const usedBit = 0x01;
const certificateBit = 0x02;
const sessionBit = 0x04;
const verifyAt = 1;
const itemsAt = 5;

/** Reads the value of the TLS item. */
export const readTls = (value: Uint8Array): ProxyTls => {
  if (value.length < itemsAt) {
    throw headerFault(`the TLS item has ${value.length} bytes: expected ${itemsAt} at least`);
  }
  const [client = 0] = value;
  const verify = new DataView(value.buffer, value.byteOffset).getUint32(verifyAt);
  const known: Partial<Record<TlsText, string>> = {};
  const others: ProxyItem[] = [];
  for (const item of readItems(value.subarray(itemsAt))) {
    const name = texts.get(item.type);
    if (name === undefined) others.push(item);
    else if (name in known) throw headerFault(`the TLS item tells its ${name} twice`);
    else known[name] = readText(`${name} of TLS`, item.value);
  }
  const hasCertificate = (client & certificateBit) !== 0;
  const hasSessionCertificate = (client & sessionBit) !== 0;
  return {
    isUsed: (client & usedBit) !== 0,
    hasCertificate,
    hasSessionCertificate,
    // HAProxy leaves `verify` at 0 where there was no certificate: nothing was verified then.
    isVerified: verify === 0 && (hasCertificate || hasSessionCertificate),
    ...known,
    others,
  };
};

/** Writes the value of the TLS item. */
export const writeTls = (tls: ProxyTls): Uint8Array => {
  const client =
    (tls.isUsed ? usedBit : 0) |
    (tls.hasCertificate ? certificateBit : 0) |
    (tls.hasSessionCertificate ? sessionBit : 0);
  const known = [...texts].flatMap(([type, name]) => {
    const text = tls[name];
    return text === undefined ? [] : [{ type, value: writeText(text) }];
  });
  const items = writeItems([...known, ...tls.others]);
  const value = new Uint8Array(itemsAt + items.length);
  value[0] = client;
  value[itemsAt - 1] = tls.isVerified ? 0 : 1;
  value.set(items, itemsAt);
  return value;
};
