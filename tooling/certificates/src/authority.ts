import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, in PEM; the certificate is a chain, leaf first. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** What to issue. */
export interface IssueOptions {
  /** The common name. Default: the first of the names. */
  readonly commonName?: string;
  /** As OpenSSL writes them: `DNS:localhost`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  /** Days from now until it ends; negative: it ended before. Default 30. */
  readonly days?: number;
}

/** Somebody who vouches for others. */
export interface Authority extends Issued {
  /** Issues a certificate of its own key. */
  issue(options?: IssueOptions): Issued;
}

const openssl = (cwd: string, ...args: readonly string[]): void => {
  execFileSync('openssl', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
};

/** Runs `work` in a folder of its own, which is gone afterwards. */
const inFolder = <T>(work: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-certificates-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

// P-256: the fastest to make and to use.
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'] as const;

const dayMs = 86_400_000;

/** A time as OpenSSL writes it. */
const timestamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');

const issue = (authority: Issued, options: IssueOptions): Issued =>
  inFolder((folder) => {
    const { names = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'], days = 30 } = options;
    const commonName = options.commonName ?? names[0]?.replace(/^\w+:/, '') ?? 'nobody';
    writeFileSync(join(folder, 'authority.pem'), authority.certificate);
    writeFileSync(join(folder, 'authority-key.pem'), authority.key);
    writeFileSync(join(folder, 'extensions'), names.length === 0 ? '' : `subjectAltName=${names.join(',')}\n`);
    writeFileSync(join(folder, 'index.txt'), '');
    const config = `[ca]\ndefault_ca=here\n[here]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`;
    writeFileSync(join(folder, 'config'), config);
    openssl(folder, 'req', '-new', ...newKey, '-out', 'request.pem', '-subj', `/CN=${commonName}`);
    const endMs = Date.now() + days * dayMs;
    const startMs = Math.min(Date.now() - dayMs, endMs - dayMs);
    const dates = ['-startdate', timestamp(startMs), '-enddate', timestamp(endMs)];
    const by = ['-cert', 'authority.pem', '-keyfile', 'authority-key.pem'];
    const files = ['-in', 'request.pem', '-out', 'certificate.pem', '-extfile', 'extensions'];
    openssl(folder, 'ca', '-batch', '-notext', '-config', 'config', ...by, ...files, ...dates);
    return { certificate: read(folder, 'certificate.pem'), key: read(folder, 'key.pem') };
  });

/** Makes an authority that nobody else knows. Takes the program `openssl`. */
export const makeAuthority = (commonName = 'Test authority'): Authority => {
  const self = inFolder((folder) => {
    openssl(folder, 'req', '-x509', ...newKey, '-out', 'certificate.pem', '-days', '30', '-subj', `/CN=${commonName}`);
    return { certificate: read(folder, 'certificate.pem'), key: read(folder, 'key.pem') };
  });
  return { ...self, issue: (options = {}) => issue(self, options) };
};
