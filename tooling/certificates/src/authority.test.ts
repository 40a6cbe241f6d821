import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeAuthority } from './authority.ts';

test('makeAuthority() issues what it vouches for', () => {
  const authority = makeAuthority('One');
  const issuer = new X509Certificate(authority.certificate);
  const leaf = new X509Certificate(authority.issue({ names: ['DNS:a.test', 'IP:127.0.0.1'] }).certificate);
  expect(leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)).toBe(true);
  expect(leaf.checkHost('a.test')).toBe('a.test');
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(leaf.subject).toBe('CN=a.test');
});

test('makeAuthority() issues what has ended', () => {
  const leaf = new X509Certificate(makeAuthority().issue({ days: -1 }).certificate);
  expect(new Date(leaf.validTo).getTime()).toBeLessThan(Date.now());
});
