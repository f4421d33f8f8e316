/**
 * The certificates of nodes and control planes. Both ends pin the other's certificate by its fingerprint, so there is no authority
 * and no name to check: a certificate is just a key with a long life.
 */
import { createHash, webcrypto, X509Certificate } from 'node:crypto';

export interface KeyAndCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
}

const YEARS = 20;
const DAY_MS = 24 * 60 * 60 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * A new EC P-256 key with a self-signed certificate, for a server or a client.
 * @param commonName for people who look at it; characters that a name cannot hold are replaced
 */
export async function makeCertificate(commonName: string, now = new Date()): Promise<KeyAndCertificate> {
  // Loaded for the one call in a node's life that needs them.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${commonName.replace(/[^A-Za-z0-9 ._-]/g, '_')}`,
      // A day early, for ends whose clocks differ.
      notBefore: new Date(now.getTime() - DAY_MS),
      notAfter: new Date(now.getTime() + YEARS * 365.25 * DAY_MS),
      signingAlgorithm: algorithm,
      keys,
    },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    certificatePem: certificate.toString('pem'),
  };
}

/** SHA-256 of the DER certificate, lower-case hex: what both ends pin. */
export function fingerprintOf(certificate: string | Uint8Array): string {
  const der = typeof certificate === 'string' ? new X509Certificate(certificate).raw : certificate;
  return createHash('sha256').update(der).digest('hex');
}
