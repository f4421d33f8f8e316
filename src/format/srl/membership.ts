/**
 * Payload of a membership record, JSON: what becomes of the volume whose slot the record's header names. Who reads it wants only what
 * concerns it, so that fields of a later version are passed over.
 */
import { Refusal } from '../../errors/refusal.js';
import { isUid, type SessionUid } from '../../model/ids.js';
import type { LogEntry } from './log-entry.js';

export type Membership =
  /**
   * From here on the log holds what is written to the volume. `sessions` are those of the volume, one for each destination: a slot may
   * have been another volume's before.
   */
  | { readonly change: 'Joining'; readonly sessions: readonly SessionUid[] }
  /** Every destination holds it: it is part of their point in time. `since` is the LSN of its Joining. */
  | { readonly change: 'Joined'; readonly since: number }
  /** The log tells no more of it. */
  | { readonly change: 'Left'; readonly since: number };

export function encodeMembership(membership: Membership): Buffer {
  return Buffer.from(JSON.stringify(membership));
}

/** @throws Refusal FORMAT_CORRUPT */
export function decodeMembership({ payload, lsn }: LogEntry): Membership {
  const membership = parse(Buffer.concat(payload).toString());
  if (membership === null) throw new Refusal('FORMAT_CORRUPT', `record ${lsn}: membership`);
  return membership;
}

function parse(text: string): Membership | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { change, sessions, since } = value as Record<string, unknown>;
  if (change === 'Joining') {
    return Array.isArray(sessions) && sessions.every(isUid) ? { change, sessions: sessions as SessionUid[] } : null;
  }
  if (change !== 'Joined' && change !== 'Left') return null;
  return Number.isSafeInteger(since) && (since as number) >= 0 ? { change, since: since as number } : null;
}
