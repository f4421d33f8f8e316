/** The enrolment token as text: base64url of its JSON. See EnrolmentToken in contract.ts. */
import { Refusal } from '../errors/refusal.js';
import { isUid } from '../model/ids.js';
import type { EnrolmentToken } from './contract.js';

const TEXT_MAX = 1024;
const SECRET_MAX = 128;

export function encodeEnrolmentToken(token: EnrolmentToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** @throws Refusal NODE_TOKEN_REFUSED for anything that no node printed */
export function decodeEnrolmentToken(text: string): EnrolmentToken {
  const trimmed = text.trim();
  if (trimmed.length <= TEXT_MAX && /^[A-Za-z0-9_-]+$/.test(trimmed)) {
    try {
      const token: unknown = JSON.parse(Buffer.from(trimmed, 'base64url').toString('utf8'));
      if (isToken(token)) return { nodeUid: token.nodeUid, fingerprint: token.fingerprint, secret: token.secret };
    } catch {
      // Not JSON: refused like any other text.
    }
  }
  throw new Refusal('NODE_TOKEN_REFUSED', 'enrolment_token is not a token that a node printed');
}

function isToken(token: unknown): token is EnrolmentToken {
  if (typeof token !== 'object' || token === null) return false;
  const { nodeUid, fingerprint, secret } = token as Record<string, unknown>;
  return (
    isUid(nodeUid) &&
    typeof fingerprint === 'string' &&
    /^[0-9a-f]{64}$/.test(fingerprint) &&
    typeof secret === 'string' &&
    secret.length > 0 &&
    secret.length <= SECRET_MAX
  );
}
