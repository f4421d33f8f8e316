/** What hosts and node prove themselves with, read from files and tried. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Refusal } from '../../errors/refusal.js';
import type { HostTlsFiles } from '../config/settings.js';

export type HostTlsCredentials = CertificateCredentials | KeyCredentials;

export interface CertificateCredentials {
  readonly kind: 'x509';
  /** PEM, with the certificates of intermediate authorities behind the node's own. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authorities that sign for hosts; null when hosts need no certificate. */
  readonly clientCa: string | null;
}

export interface KeyCredentials {
  readonly kind: 'psk';
  /** By user name. */
  readonly keys: ReadonlyMap<string, Buffer>;
}

const KEY_BYTES_MIN = 16;
const KEY_BYTES_MAX = 64;
/** OpenSSL takes no longer ones. */
const USER_NAME_BYTES_MAX = 128;

/** @throws Refusal SETTINGS_INVALID naming the setting */
export function readHostTls(files: HostTlsFiles): HostTlsCredentials {
  if (files.kind === 'psk') return { kind: 'psk', keys: parseKeys(read('nbd-tls-psk', files.keys)) };
  const certificate = read('nbd-tls-cert', files.certificate);
  const key = read('nbd-tls-key', files.key);
  const clientCa = files.clientCa === null ? null : read('nbd-tls-client-ca', files.clientCa);
  const ofCertificate = attempt('nbd-tls-cert', () => new X509Certificate(certificate));
  const ofKey = attempt('nbd-tls-key', () => createPrivateKey(key));
  if (!ofCertificate.checkPrivateKey(ofKey)) {
    throw refusal('nbd-tls-key', 'is not the key of the first certificate in nbd-tls-cert');
  }
  attempt('nbd-tls-cert', () => createSecureContext({ cert: certificate, key }));
  if (clientCa !== null) attempt('nbd-tls-client-ca', () => new X509Certificate(clientCa));
  return { kind: 'x509', certificate, key, clientCa };
}

/** Lines `user:key` with the key in hex, as GnuTLS' psktool writes them. */
function parseKeys(text: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, user, hex] = /^([^#:][^:]*):((?:[0-9a-f]{2})+)\r?$/i.exec(line) ?? [];
    const key = Buffer.from(hex ?? '', 'hex');
    const isRight =
      user !== undefined &&
      Buffer.byteLength(user) <= USER_NAME_BYTES_MAX &&
      key.length >= KEY_BYTES_MIN &&
      key.length <= KEY_BYTES_MAX;
    // The line itself is a secret.
    if (!isRight) {
      throw refusal(
        'nbd-tls-psk',
        `line ${index + 1} is not user:key with ${KEY_BYTES_MIN} to ${KEY_BYTES_MAX} bytes in hex`,
      );
    }
    keys.set(user, key);
  }
  if (keys.size === 0) throw refusal('nbd-tls-psk', 'has no key');
  return keys;
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refusal(name, `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function attempt<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw refusal(name, `cannot be used: ${(error as Error).message}`);
  }
}

function refusal(parameter: string, message: string): Refusal {
  const text = `${parameter}: ${message}`;
  return new Refusal('SETTINGS_INVALID', text, [{ parameter, code: 'SETTINGS_INVALID', message: text }]);
}
