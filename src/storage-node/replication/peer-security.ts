/**
 * Who is at the other end. Both ends prove themselves by mutual TLS 1.3 with self-signed certificates, which the other pins by
 * fingerprint: no authority, no names. Plain connections exist only where the settings of both ends say so.
 */
import type { CommonConnectionOptions, SecureContextOptions } from 'node:tls';
import type { NodeUid } from '../../model/ids.js';
import { fingerprintOf, type KeyAndCertificate } from '../../node-api/certificate.js';

export interface PeerSecurity {
  /** This node's own setting. */
  readonly isPlain: boolean;
  /** Not looked at when plain. */
  readonly identity: KeyAndCertificate;
  /** SHA-256 of the DER certificate of a node, lower-case hex; null for a node that takes part in no session here. */
  readonly expectedFingerprint: (node: NodeUid) => string | null;
}

export type IdentityVerdict = 'same' | 'unknown' | 'changed';

/** @param certificate what the other end proved itself with (DER); null on a plain connection */
export function judgeIdentity(security: PeerSecurity, node: NodeUid, certificate: Buffer | null): IdentityVerdict {
  const expected = security.expectedFingerprint(node);
  if (expected === null) return 'unknown';
  if (security.isPlain) return 'same';
  return certificate !== null && fingerprintOf(certificate) === expected ? 'same' : 'changed';
}

/**
 * For either end. The chain is not verified, since there is none; the key is, by the handshake, and the certificate by
 * `judgeIdentity` before anything else is said.
 */
export function tlsOptions(identity: KeyAndCertificate): CommonConnectionOptions & SecureContextOptions {
  return {
    key: identity.keyPem,
    cert: identity.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  };
}
