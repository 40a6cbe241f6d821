import { pythonArguments, pythonPath } from './python.ts';

/** Datagrams in somebody else's name. */
export interface Forgery {
  /** In whose name, as an IPv4 address and a port. */
  readonly from: readonly [host: string, port: number];
  readonly to: readonly [host: string, port: number];
  readonly count: number;
}

/** The command that sends them; whoever runs it needs to be root. @throws {Error} where there is no Python */
export const forgeCommand = ({ from, to, count }: Forgery): readonly [command: string, ...args: string[]] => [
  pythonPath(),
  ...pythonArguments('spoofed_datagram.py', [...from, ...to, count].map(String)),
];
