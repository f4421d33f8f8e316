/**
 * What a node knows of itself across its starts: `node.json` in its data directory. It says who the node is (identity, key), who
 * may command it (pinned control planes), and how its last run ended.
 */
import { randomBytes } from 'node:crypto';
import { newUid, type NodeUid } from '../../model/ids.js';
import { makeCertificate } from '../../node-api/certificate.js';
import type { RevisionMark } from '../../node-api/revision-mark.js';

export const NODE_FILE = 'node.json';
export const NODE_RECORD_VERSION = 1;

export interface NodeRecord {
  readonly uid: NodeUid;
  /** As given at the first start; the control plane may rename the node, and an operator may go on starting it by this name. */
  readonly firstName: string;
  readonly name: string;
  readonly isInMaintenance: boolean;
  /** Volumes copied at once; absent until the control plane has told one. */
  readonly copyConcurrency?: number;
  readonly createdTime: string;
  /** PKCS #8, PEM. */
  readonly keyPem: string;
  readonly certificatePem: string;
  /** Starts of this node, the present one included: durable before anything else of the start happens. */
  readonly runCounter: number;
  /** Of this run and of those before it, latest first (see model/run.ts). */
  readonly runIds: readonly string[];
  /** Boot of the machine in which the last start happened. */
  readonly bootId: string;
  /** Whether that run ended in order: everything synced. */
  readonly isStoppedClean: boolean;
  /** The machine went down in a run that had not ended in order, and no start since then has recovered from it. */
  readonly isPowerLossPending: boolean;
  /**
   * Made anew when the machine went down in a run that had not ended in order. While it stays the same, nothing that was written here,
   * synced or not, is lost.
   */
  readonly continuityId: string;
  /** Works once; a new one takes its place. */
  readonly enrolmentSecret: string;
  readonly controllers: readonly PinnedController[];
}

export interface PinnedController {
  readonly name: string;
  /** SHA-256 of its client certificate, lower-case hex. */
  readonly fingerprint: string;
  readonly enrolledTime: string;
  /** SHA-256 of the secret it used, so that it may repeat an enrolment whose answer was lost. */
  readonly usedSecretHash: string;
  /** The highest revision of its desired state that it has shown; absent before the first. */
  readonly revision?: RevisionMark;
}

export async function newNodeRecord(name: string, bootId: string, now: Date): Promise<NodeRecord> {
  return {
    uid: newUid<NodeUid>(),
    firstName: name,
    name,
    isInMaintenance: false,
    createdTime: now.toISOString(),
    ...(await makeCertificate(`evenkeel node ${name}`, now)),
    runCounter: 0,
    runIds: [],
    bootId,
    isStoppedClean: true,
    isPowerLossPending: false,
    continuityId: '',
    enrolmentSecret: newSecret(),
    controllers: [],
  };
}

/** 256 bits, so that guessing needs no other guard. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
