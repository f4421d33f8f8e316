/**
 * A node in possession of its data directory: the directory is locked for this process, the identity is read or made, the start is
 * counted. Everything else in the directory belongs to the parts that wrote it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import path from 'node:path';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { NodeUid } from '../../model/ids.js';
import { COPY_CONCURRENCY_DEFAULT } from '../../model/node.js';
import { RUN_IDS_MAX, type NodeRun } from '../../model/run.js';
import { fingerprintOf } from '../../node-api/certificate.js';
import { type EnrolRequest, NODE_API_VERSION, type NodeIdentity, type NodeSpec } from '../../node-api/contract.js';
import { encodeEnrolmentToken } from '../../node-api/enrolment-token.js';
import type { RevisionMark } from '../../node-api/revision-mark.js';
import type { Disk } from '../device/disk.js';
import { readFile, readSmallFile, replaceFile, writeSmallFile } from '../device/small-file.js';
import { systemMachine, type Machine } from './boot.js';
import { type DirectoryLock, LOCK_FILE, lockDirectory } from './directory-lock.js';
import { newNodeRecord, newSecret, NODE_FILE, NODE_RECORD_VERSION, type NodeRecord } from './node-record.js';
import { softwareVersion } from '../../node-api/software-version.js';

/** Holds the token that the next control plane enrols with, for the owner of the process alone. */
export const TOKEN_FILE = 'enrolment-token';

const RECORD_KIND = 'node';
/** Control planes that may command one node; the oldest goes when another enrols. */
const CONTROLLERS_MAX = 16;

export type AdvertisedAddresses = Pick<NodeIdentity, 'nbdAddress' | 'isNbdTls' | 'peerAddresses' | 'isPeerPlain'>;

export class NodeHome {
  private changes: Promise<void> = Promise.resolve();

  private constructor(
    private readonly disk: Disk,
    /** Absolute path of the data directory. */
    readonly directory: string,
    private readonly lock: DirectoryLock,
    private record: NodeRecord,
    readonly isFirstStart: boolean,
  ) {}

  /**
   * Makes the directory at the first start. When this resolves, the raised run counter is durable.
   * @param name of the node; an existing directory must be of the node that was started or renamed by this name
   * @throws Refusal DATA_DIRECTORY_UNUSABLE, DATA_DIRECTORY_LOCKED, DATA_DIRECTORY_FOREIGN, FORMAT_UNSUPPORTED, FORMAT_CORRUPT
   */
  static async open(disk: Disk, directory: string, name: string, machine: Machine = systemMachine): Promise<NodeHome> {
    await makeDirectory(disk, directory);
    const lock = lockDirectory(directory);
    try {
      const before = await readRecord(disk, directory, name);
      const found = before ?? (await newNodeRecord(name, machine.bootId(), new Date()));
      const record = startedRecord(found, machine);
      const home = new NodeHome(disk, directory, lock, record, before === null);
      await usable(directory, () => home.save(record));
      await usable(directory, () => home.writeToken());
      return home;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get uid(): NodeUid {
    return this.record.uid;
  }

  get name(): string {
    return this.record.name;
  }

  get isInMaintenance(): boolean {
    return this.record.isInMaintenance;
  }

  /** Volumes that are copied at once, also with the control plane dead. */
  get copyConcurrency(): number {
    return this.record.copyConcurrency ?? COPY_CONCURRENCY_DEFAULT;
  }

  get runCounter(): number {
    return this.record.runCounter;
  }

  get run(): NodeRun {
    return { counter: this.record.runCounter, ids: this.record.runIds };
  }

  /** Boot of the machine in which this run happens. */
  get bootId(): string {
    return this.record.bootId;
  }

  /** While others see the same one, this node lost nothing that it wrote, synced or not. */
  get continuityId(): string {
    return this.record.continuityId;
  }

  /**
   * The machine went down while the node ran: what was not synced may be missing, in any order. True at every start until one has
   * called `powerLossRecovered`, however often starts are cut short.
   */
  get wasUncleanBoot(): boolean {
    return this.record.isPowerLossPending;
  }

  get keyPem(): string {
    return this.record.keyPem;
  }

  get certificatePem(): string {
    return this.record.certificatePem;
  }

  get fingerprint(): string {
    return fingerprintOf(this.record.certificatePem);
  }

  get isEnrolled(): boolean {
    return this.record.controllers.length > 0;
  }

  get tokenFile(): string {
    return path.join(this.directory, TOKEN_FILE);
  }

  /** What an operator hands to the control plane; valid for one enrolment. */
  get enrolmentToken(): string {
    const { uid, enrolmentSecret } = this.record;
    return encodeEnrolmentToken({ nodeUid: uid, fingerprint: this.fingerprint, secret: enrolmentSecret });
  }

  identity(addresses: AdvertisedAddresses): NodeIdentity {
    return {
      apiVersion: NODE_API_VERSION,
      nodeUid: this.uid,
      name: this.name,
      version: softwareVersion(),
      fingerprint: this.fingerprint,
      ...addresses,
    };
  }

  isPinned(controllerFingerprint: string): boolean {
    return this.record.controllers.some((controller) => controller.fingerprint === controllerFingerprint);
  }

  /** The highest that this control plane has shown; null before the first. */
  revisionOf(controllerFingerprint: string): RevisionMark | null {
    return this.record.controllers.find(({ fingerprint }) => fingerprint === controllerFingerprint)?.revision ?? null;
  }

  /** Durable when it resolves; one that is not above the known one changes nothing. */
  async noteRevision(controllerFingerprint: string, revision: RevisionMark): Promise<void> {
    const isNews = (known: RevisionMark | null = null) => known === null || known.number < revision.number;
    if (!isNews(this.revisionOf(controllerFingerprint))) return;
    await this.change((record) => ({
      ...record,
      controllers: record.controllers.map((controller) =>
        controller.fingerprint === controllerFingerprint && isNews(controller.revision)
          ? { ...controller, revision }
          : controller,
      ),
    }));
  }

  /**
   * Pins the control plane's certificate and replaces the secret. The same control plane may repeat it with the secret it used.
   * @throws Refusal NODE_TOKEN_REFUSED, NODE_VERSION_UNSUPPORTED
   */
  async enrol(request: EnrolRequest, controllerFingerprint: string): Promise<void> {
    if (request.apiVersion !== NODE_API_VERSION) {
      throw new Refusal('NODE_VERSION_UNSUPPORTED', `node ${NODE_API_VERSION}, control plane ${request.apiVersion}`);
    }
    const usedSecretHash = hashOf(request.secret);
    await this.change((record) => {
      const known = record.controllers.find(({ fingerprint }) => fingerprint === controllerFingerprint);
      if (known && isEqual(known.usedSecretHash, usedSecretHash)) return record;
      if (!isEqual(hashOf(record.enrolmentSecret), usedSecretHash)) throw new Refusal('NODE_TOKEN_REFUSED');
      const controller = {
        name: request.controllerName,
        fingerprint: controllerFingerprint,
        enrolledTime: new Date().toISOString(),
        usedSecretHash,
        ...(known?.revision !== undefined && { revision: known.revision }),
      };
      const others = record.controllers.filter((other) => other !== known);
      const controllers = [...others, controller].slice(-CONTROLLERS_MAX);
      return { ...record, enrolmentSecret: newSecret(), controllers };
    });
    await this.writeToken();
  }

  /** Takes what the control plane says the node should be; durable when it resolves. */
  async takeSpec({ name, isInMaintenance, copyConcurrency }: NodeSpec): Promise<void> {
    await this.change((record) => ({ ...record, name, isInMaintenance, copyConcurrency }));
  }

  /** What the loss of power may have cost is durably marked. */
  powerLossRecovered(): Promise<void> {
    return this.change((record) => (record.isPowerLossPending ? { ...record, isPowerLossPending: false } : record));
  }

  /**
   * Gives the directory up.
   * @param isClean everything in it is synced: the next start need not fear a restart of the machine in between
   */
  async close(isClean: boolean): Promise<void> {
    try {
      if (isClean) await this.change((record) => ({ ...record, isStoppedClean: true }));
    } finally {
      this.lock.release();
    }
  }

  /** One change after the other, each seen only once it is durable. */
  private change(next: (record: NodeRecord) => NodeRecord): Promise<void> {
    const change = this.changes.then(async () => {
      const changed = next(this.record);
      if (changed !== this.record) await this.save(changed);
      this.record = changed;
    });
    this.changes = change.catch(() => undefined);
    return change;
  }

  private save(record: NodeRecord): Promise<void> {
    return writeSmallFile(this.disk, path.join(this.directory, NODE_FILE), RECORD_KIND, NODE_RECORD_VERSION, record);
  }

  /** Written again at every start, since a crash may have come between the two files. */
  private async writeToken(): Promise<void> {
    const token = Buffer.from(`${this.enrolmentToken}\n`);
    const found = await readFile(this.disk, this.tokenFile).catch(() => null);
    if (found === null || !found.equals(token)) await replaceFile(this.disk, this.tokenFile, token);
  }
}

/** The record of one more run. */
function startedRecord(found: NodeRecord, machine: Machine): NodeRecord {
  const bootId = machine.bootId();
  const hasLostPower = !found.isStoppedClean && found.bootId !== bootId;
  return {
    ...found,
    runCounter: found.runCounter + 1,
    runIds: [machine.randomId(), ...found.runIds].slice(0, RUN_IDS_MAX),
    bootId,
    isStoppedClean: false,
    isPowerLossPending: found.isPowerLossPending || hasLostPower,
    continuityId: hasLostPower || found.continuityId === '' ? machine.randomId() : found.continuityId,
  };
}

async function makeDirectory(disk: Disk, directory: string): Promise<void> {
  await usable(directory, async () => {
    const made = await disk.makeFolder(directory);
    if (made !== undefined) await disk.syncFolder(path.dirname(made));
  });
}

/** Null in an empty directory, where a node may be made. */
async function readRecord(disk: Disk, directory: string, name: string): Promise<NodeRecord | null> {
  const file = path.join(directory, NODE_FILE);
  // The checksum holds and the version is ours, so the shape is the one that this file's writer gave it.
  const record = (await readSmallFile(disk, file, RECORD_KIND, NODE_RECORD_VERSION))?.body as NodeRecord | undefined;
  if (record) {
    if (name === record.firstName || name === record.name) return record;
    throw new Refusal('DATA_DIRECTORY_FOREIGN', `${directory} is of node "${record.name}", not "${name}"`);
  }
  // What a first start that was cut short may have left behind.
  const leftovers = [LOCK_FILE, `${NODE_FILE}.new`, 'lost+found'];
  const strangers = (await disk.list(directory)).filter((entry) => !leftovers.includes(entry));
  if (strangers.length === 0) return null;
  throw new Refusal('DATA_DIRECTORY_FOREIGN', `${directory} holds ${strangers[0]} but no ${NODE_FILE}`);
}

/** Says of any failure in making or writing the directory that the directory cannot be used. */
async function usable(directory: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (isRefusal(error)) throw new Refusal('DATA_DIRECTORY_UNUSABLE', error.message);
    throw new Refusal('DATA_DIRECTORY_UNUSABLE', `${directory}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function isEqual(hash: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hash, 'hex'), Buffer.from(other, 'hex'));
}
