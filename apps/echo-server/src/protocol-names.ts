/** What the server speaks, by the names that endpoints ask for it. */
export const protocolNames = ['echo', 'upper', 'upper-utf8'] as const;

export type ProtocolName = (typeof protocolNames)[number];
