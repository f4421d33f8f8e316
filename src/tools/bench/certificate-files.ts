import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeCertificate } from '../../node-api/certificate.js';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate for one side of a comparison over TLS, in a folder and under the names that qemu looks for. */
export async function writeCertificate(folder: string): Promise<CertificateFiles> {
  mkdirSync(folder);
  const { certificatePem, keyPem } = await makeCertificate('benchmark');
  const files = { certificate: path.join(folder, 'server-cert.pem'), key: path.join(folder, 'server-key.pem') };
  writeFileSync(files.certificate, certificatePem);
  writeFileSync(files.key, keyPem);
  writeFileSync(path.join(folder, 'ca-cert.pem'), certificatePem);
  return files;
}
