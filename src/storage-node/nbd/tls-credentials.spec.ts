import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificate, type KeyAndCertificate } from '../../node-api/certificate.js';
import { readHostTls } from './tls-credentials.js';

describe('credentials for hosts', () => {
  let folder: string;
  let own: KeyAndCertificate;
  let other: KeyAndCertificate;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-credentials-'));
    own = await makeCertificate('own');
    other = await makeCertificate('other');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: string): string {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  }

  function x509(certificate: string, key: string, clientCa: string | null = null) {
    return readHostTls({
      kind: 'x509',
      certificate: file('cert', certificate),
      key: file('key', key),
      clientCa: clientCa === null ? null : file('ca', clientCa),
    });
  }

  const keys = (text: string) => readHostTls({ kind: 'psk', keys: file('keys', text) });
  const HEX = '00112233445566778899aabbccddeeff';

  it('are a certificate with its key, and the authorities of hosts', () => {
    expect(x509(own.certificatePem, own.keyPem, other.certificatePem)).toEqual({
      kind: 'x509',
      certificate: own.certificatePem,
      key: own.keyPem,
      clientCa: other.certificatePem,
    });
  });

  it.each([
    ['nbd-tls-key: is not the key', () => x509(own.certificatePem, other.keyPem)],
    ['nbd-tls-cert: cannot be used', () => x509('no certificate', own.keyPem)],
    ['nbd-tls-key: cannot be used', () => x509(own.certificatePem, 'no key')],
    ['nbd-tls-client-ca: cannot be used', () => x509(own.certificatePem, own.keyPem, 'no certificate')],
    ['cannot be read: ENOENT', () => readHostTls({ kind: 'psk', keys: path.join(folder, 'nothing') })],
    ['line 1 is not user:key', () => keys('alice')],
    ['line 2 is not user:key', () => keys(`alice:${HEX}\nbob:0011\n`)],
    ['line 1 is not user:key', () => keys(`:${HEX}`)],
    ['line 1 is not user:key', () => keys(`${'u'.repeat(129)}:${HEX}`)],
    ['line 1 is not user:key', () => keys(`alice:${HEX}0`)],
    ['has no key', () => keys('\n')],
  ])('are refused by name: %s', (message, read) => {
    expect(read).toThrow(message);
  });

  it('are keys by user, in any case and with any ends of lines', () => {
    const credentials = keys(`alice:${HEX}\r\n\nb o-b:${HEX.toUpperCase()}${HEX}\n`);
    expect(credentials.kind === 'psk' && [...credentials.keys].map(([user, key]) => [user, key.length])).toEqual([
      ['alice', 16],
      ['b o-b', 32],
    ]);
  });

  it('never show a key in what is refused', () => {
    let message = '';
    try {
      keys(`alice:${HEX}zz`);
    } catch (error) {
      message = String(error) + JSON.stringify(error);
    }
    expect(message).toContain('line 1');
    expect(message).not.toContain(HEX);
  });
});
