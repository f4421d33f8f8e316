/** Certificates and keys for hosts and nodes, as files that GnuTLS, qemu and Node.js take. */
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as X509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;

export interface Identity {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

interface Signer {
  readonly certificate: X509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** An authority with a folder of its own for files. */
export class TlsAuthority {
  private serial = 1;

  private constructor(
    private readonly x509: typeof X509,
    private readonly signer: Signer,
    readonly folder: string,
  ) {}

  static async make(name = 'authority of a test'): Promise<TlsAuthority> {
    await import('reflect-metadata');
    const x509 = await import('@peculiar/x509');
    x509.cryptoProvider.set(webcrypto as never);
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - HOUR_MS),
      notAfter: new Date(Date.now() + HOUR_MS),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new TlsAuthority(x509, { certificate, keys }, mkdtempSync(path.join(tmpdir(), 'evenkeel-tls-')));
  }

  get certificate(): string {
    return this.signer.certificate.toString('pem');
  }

  /** For a node at 127.0.0.1, or for a host. */
  async issue(name: string, purpose: 'server' | 'client', validForMs = HOUR_MS): Promise<Identity> {
    const { x509, signer } = this;
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const usage = purpose === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (++this.serial).toString(16).padStart(2, '0'),
      subject: `CN=${name}`,
      issuer: signer.certificate.subject,
      notBefore: new Date(Date.now() - HOUR_MS),
      notAfter: new Date(Date.now() + validForMs),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: signer.keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(purpose === 'server'
          ? [
              new x509.SubjectAlternativeNameExtension([
                { type: 'ip', value: '127.0.0.1' },
                { type: 'dns', value: 'localhost' },
              ]),
            ]
          : []),
      ],
    });
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
    return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
  }

  /** @returns the file's path */
  file(name: string, content: string): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** A folder as GnuTLS' clients want it: `ca-cert.pem`, and a certificate of their own if they have one. */
  clientFolder(name: string, identity: Identity | null, ca = this.certificate): string {
    this.file(`${name}/ca-cert.pem`, ca);
    if (identity) {
      this.file(`${name}/client-cert.pem`, identity.certificate);
      this.file(`${name}/client-key.pem`, identity.key);
    }
    return path.join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export function randomKey(): string {
  return randomBytes(32).toString('hex');
}
