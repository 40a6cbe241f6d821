import type { Connection, TlsInfo } from '@stack/transport';
import type { Issued } from '@stack/certificates';

const newline = 0x0a;
const decoder = new TextDecoder();

/** Reads one line; what was read too far is left for the next read. */
const recvLine = async (connection: Connection): Promise<string> => {
  let line = '';
  for (;;) {
    const chunk = await connection.recv();
    if (chunk === null) throw new Error(`The peer finished after "${line}"`);
    const end = chunk.indexOf(newline) + 1;
    line += decoder.decode(end === 0 ? chunk : chunk.subarray(0, end));
    if (end === 0) continue;
    if (end < chunk.length) connection.unrecv(chunk.subarray(end));
    return line.trimEnd();
  }
};

/** Serves as far as the start of TLS, in the manner of SMTP (RFC 3207 section 4). */
export const acceptStarttls = async (connection: Connection, identity: Issued): Promise<TlsInfo> => {
  await connection.send('220 localhost ESMTP\r\n');
  await recvLine(connection);
  await connection.send('250-localhost\r\n250 STARTTLS\r\n');
  const asked = await recvLine(connection);
  if (asked !== 'STARTTLS') throw new Error(`The client asked for "${asked}"`);
  await connection.send('220 go ahead\r\n');
  return connection.upgradeTls({ side: 'server', identity });
};

/** Asks for TLS in the manner of SMTP, and starts it. */
export const requestStarttls = async (connection: Connection, ca: string): Promise<TlsInfo> => {
  await recvLine(connection);
  await connection.send('EHLO client.test\r\n');
  while ((await recvLine(connection)).startsWith('250-'));
  await connection.send('STARTTLS\r\n');
  const answer = await recvLine(connection);
  if (!answer.startsWith('220 ')) throw new Error(`The server answered "${answer}"`);
  return connection.upgradeTls({ side: 'client', ca, serverName: 'localhost' });
};
