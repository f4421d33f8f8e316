/** The API's certificate and its key: read from files, tried for belonging together, and taken anew when the files change. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';

/** A certificate that certbot or a mounted secret renewed is served at the latest after this. */
const LOOK_EVERY_MS = 10_000;

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** Told of what cannot be used: which setting, and why. */
export type Refuse = (name: string, why: string) => void;

/** TLS 1.2 is the least, whatever flags or environment variables of Node.js say. */
export const TLS_RULES = { minVersion: 'TLSv1.2' } as const;

/** @returns null when something was refused */
export function readCertificate(
  { certFile, keyFile }: { certFile: string | undefined; keyFile: string | undefined },
  refuse: Refuse,
): Certificate | null {
  const cert = readPem('tls-cert', certFile, refuse);
  const key = readPem('tls-key', keyFile, refuse);
  if (cert === null || key === null) return null;
  const pair = { cert, key };
  try {
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      refuse('tls-cert, tls-key', 'do not belong together: the key is not that of the first certificate in the file');
      return null;
    }
    createSecureContext(pair);
  } catch (error) {
    refuse('tls-cert, tls-key', `cannot be used (${(error as Error).message})`);
    return null;
  }
  return { certFile: certFile!, keyFile: keyFile!, ...pair };
}

function readPem(name: string, file: string | undefined, refuse: Refuse): string | null {
  if (file === undefined) {
    refuse(name, 'is missing: TLS needs both the certificate and its key');
    return null;
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    refuse(name, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return null;
  }
}

/**
 * Lets a server take renewed files without a restart; connections that stand keep theirs. The two files are rarely replaced in one
 * instant: while they do not belong together the server goes on with what it has.
 */
export class CertificateRenewal {
  private readonly timer: NodeJS.Timeout;
  private complaint = '';

  constructor(
    private readonly server: Server,
    private served: Certificate,
    private readonly log: { log(text: string): void; warn(text: string): void },
    everyMs = LOOK_EVERY_MS,
  ) {
    this.timer = setInterval(() => this.look(), everyMs).unref();
  }

  /** PEM of what clients are shown. */
  get certificate(): string {
    return this.served.cert;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const wrong: string[] = [];
    const found = readCertificate(this.served, (name, why) => void wrong.push(`${name} ${why}`));
    // Told once, not at every look.
    if (wrong.join('; ') !== this.complaint) {
      this.complaint = wrong.join('; ');
      if (wrong.length > 0) this.log.warn(`the certificate is not renewed: ${this.complaint}`);
    }
    if (found === null || (found.cert === this.served.cert && found.key === this.served.key)) return;
    this.served = found;
    this.server.setSecureContext({ cert: found.cert, key: found.key, ...TLS_RULES });
    this.log.log(`serving the renewed certificate, valid until ${new X509Certificate(found.cert).validTo}`);
  }
}
