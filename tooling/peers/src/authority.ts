import { writeFileSync } from 'node:fs';
import { type Authority, type Issued, makeAuthority } from '@stack/certificates';
import type { TemporaryFolder } from '@stack/interop';

let made: Authority | undefined;

/** Who vouches for everybody in these tests; made when it is first asked for, since that takes a program. */
export const authority = (): Authority => {
  made ??= makeAuthority();
  return made;
};

/** Files as other programs take them. */
export interface PemFiles {
  /** The authority's certificate. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Certificate and key in one. */
  readonly both: string;
}

/** Writes an identity that the authority vouches for. */
export const pemFiles = (folder: TemporaryFolder, issued: Issued = authority().issue()): PemFiles => {
  const write = (name: string, text: string): string => {
    const file = folder.file(name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    ca: write('authority.pem', authority().certificate),
    certificate: write('certificate.pem', issued.certificate),
    key: write('key.pem', issued.key),
    both: write('both.pem', issued.certificate + issued.key),
  };
};
