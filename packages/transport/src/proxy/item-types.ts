// PROXY protocol section 2.2: the registered types of items.
export const ALPN = 0x01;
export const AUTHORITY = 0x02;
export const CRC32C = 0x03;
export const NOOP = 0x04;
export const UNIQUE_ID = 0x05;
export const TLS = 0x20;
export const NAMESPACE = 0x30;

// PROXY protocol section 2.2.6: the items within the item of TLS.
export const TLS_VERSION = 0x21;
export const TLS_COMMON_NAME = 0x22;
export const TLS_CIPHER = 0x23;
export const TLS_SIGNATURE_ALGORITHM = 0x24;
export const TLS_KEY_ALGORITHM = 0x25;
