import { Refusal } from '../../errors/refusal.js';
import { type ErrorName, ERRORS } from '../../errors/registry.js';
import type { VolumeUid } from '../../model/ids.js';
import type { VolumeSpec, VolumeState } from '../../node-api/contract.js';
import type { MemoryPool } from '../config/memory-pool.js';
import type { BlockTarget } from '../volume/host-request.js';
import type { StoredVolume, VolumeStore } from '../volume/volume-store.js';
import { Turns } from '../volume/turns.js';
import { Volume } from '../volume/volume.js';
import { HostedVolume } from './hosted-volume.js';

/** What the rest of the node knows of a volume's use. */
export interface VolumeUses {
  isReplicated(uid: VolumeUid): boolean;
  connectionCount(target: BlockTarget): number;
  dropConnections(target: BlockTarget): void;
  /** A volume that could not be opened is there again. Whoever must keep hosts from it does so at once. */
  returned(uid: VolumeUid): Promise<void>;
}

/** What is not as it should be with a volume. */
export interface VolumeCondition {
  readonly uid: VolumeUid;
  /** It is in Error, or hosts get errors. */
  readonly isFailing: boolean;
  readonly isHeld: boolean;
  /** For people, one sentence. */
  readonly detail: string;
}

/** The volumes that this node serves to hosts, found by uid or by export name. */
export class HostedVolumes {
  private readonly byUid = new Map<VolumeUid, HostedVolume>();
  /** What is stored and what is served change together: a second order for a volume waits for the first. */
  private readonly changes = new Turns<VolumeUid>();

  /** @param memory for changes that volumes cannot take at once */
  constructor(
    private readonly store: VolumeStore,
    private readonly memory: MemoryPool,
  ) {
    for (const stored of store.list()) this.host(stored);
  }

  get(uid: VolumeUid): HostedVolume | undefined {
    return this.byUid.get(uid);
  }

  lookup(name: string): HostedVolume | undefined {
    for (const hosted of this.byUid.values()) if (hosted.name === name) return hosted;
    return undefined;
  }

  list(): Iterable<HostedVolume> {
    return this.byUid.values();
  }

  /** Makes a volume, or changes one. */
  put(spec: VolumeSpec, uses: VolumeUses): Promise<VolumeState> {
    return this.changes.take(spec.uid, async () => {
      const hosted = this.byUid.get(spec.uid);
      if (hosted !== undefined) await this.change(hosted, spec, uses);
      else if (this.store.get(spec.uid) === undefined) this.host(await this.store.create(spec));
      else await this.mend(spec, uses);
      return this.stateOf(this.store.get(spec.uid)!, uses);
    });
  }

  /** The control plane's order is the copy of a record that cannot be read. */
  private async mend(spec: VolumeSpec, uses: VolumeUses): Promise<void> {
    this.host(await this.store.mend(spec));
    // In the same turn: no host may come before the group that it belongs to.
    await uses.returned(spec.uid);
  }

  private async change(hosted: HostedVolume, spec: VolumeSpec, uses: VolumeUses): Promise<void> {
    if (spec.sizeBytes < hosted.sizeBytes) throw new Refusal('VOLUME_SHRINK_REFUSED', spec.name);
    if (spec.name !== hosted.name && uses.connectionCount(hosted) > 0) {
      throw new Refusal('VOLUME_CONNECTED', hosted.name);
    }
    if (spec.sizeBytes > hosted.sizeBytes) {
      if (uses.isReplicated(spec.uid)) throw new Refusal('VOLUME_IN_SESSION', hosted.name);
      await this.store.grow(spec.uid, spec.sizeBytes);
    }
    hosted.spec = (await this.store.update(spec)).spec;
    // A volume without a volatile cache is never held; should this fail, it is tried again when the volume rests.
    if (hosted.isWritethrough()) await hosted.restUse().catch(() => {});
  }

  /** Removes a volume and its data. Gone already is success. */
  delete(uid: VolumeUid, isForced: boolean, uses: VolumeUses): Promise<void> {
    return this.changes.take(uid, async () => {
      const hosted = this.byUid.get(uid);
      if (uses.isReplicated(uid)) throw new Refusal('VOLUME_IN_SESSION', hosted?.name ?? uid);
      if (hosted !== undefined) {
        if (uses.connectionCount(hosted) > 0) {
          if (!isForced) throw new Refusal('VOLUME_CONNECTED', hosted.name);
          uses.dropConnections(hosted);
        }
        this.byUid.delete(uid);
        await hosted.volume.drain();
      }
      await this.store.delete(uid);
    });
  }

  /** Opens a volume that is held to hosts, as it is; durable when it resolves. One that is not held is left as it is. */
  release(uid: VolumeUid, uses: VolumeUses): Promise<VolumeState> {
    return this.changes.take(uid, async () => {
      const stored = this.store.get(uid);
      if (stored === undefined) throw new Refusal('VOLUME_NOT_FOUND', uid);
      const hosted = this.byUid.get(uid);
      if (hosted === undefined) throw stored.fault ?? new Refusal('DEVICE_FAILED', uid);
      if (hosted.isHeld) await hosted.release();
      return this.stateOf(stored, uses);
    });
  }

  /** To be called every IN_USE_REST_MS. */
  lookAtUse(): void {
    for (const hosted of this.byUid.values()) hosted.lookAtUse();
  }

  /**
   * Makes every volume durable, each although another fails.
   * @param isSafe whether what hosts wrote to a volume is durable with its bytes: nothing is left in a log alone
   * @throws what the first failure threw
   */
  async close(isSafe: (uid: VolumeUid) => boolean): Promise<void> {
    const closings = await Promise.allSettled(
      [...this.byUid.values()].map(async (hosted) => {
        await hosted.volume.sync();
        if (isSafe(hosted.uid)) await hosted.endUse();
      }),
    );
    const failed = closings.find((closing) => closing.status === 'rejected');
    if (failed) throw failed.reason;
  }

  states(uses: VolumeUses): VolumeState[] {
    return this.store.list().map((stored) => this.stateOf(stored, uses));
  }

  /** Those that are not as they should be. Costs no call of the system. @param nowMs on the monotonic clock */
  conditions(nowMs: number): VolumeCondition[] {
    return this.store.list().flatMap((stored) => {
      const { uid } = stored.spec;
      const { status, detail, isHeld } = this.conditionOf(stored);
      const recent = this.byUid.get(uid)?.errors.recent(nowMs) ?? null;
      const isFailing = status === 'Error' || (recent !== null && !isHeld);
      return isFailing || isHeld ? [{ uid, detail: detail || textOfErrors(recent), isHeld, isFailing }] : [];
    });
  }

  private conditionOf(stored: StoredVolume): { status: VolumeState['status']; detail: string; isHeld: boolean } {
    const hosted = this.byUid.get(stored.spec.uid);
    const isHeld = hosted?.isHeld === true;
    const failure = hosted?.failure ?? null;
    const fault = stored.fault ?? hosted?.volume.failedBy ?? (failure === null ? null : new Refusal(failure));
    if (fault !== null) return { status: 'Error', detail: fault.message, isHeld };
    if (isHeld) return { status: 'Warning', detail: ERRORS.ACCESS_HELD.text, isHeld };
    const error = hosted?.errors.present ?? null;
    if (error !== null) return { status: 'Warning', detail: textOfErrors(error), isHeld };
    return { status: 'Normal', detail: '', isHeld };
  }

  private stateOf(stored: StoredVolume, uses: VolumeUses): VolumeState {
    const hosted = this.byUid.get(stored.spec.uid);
    const accessReason = hosted === undefined ? 'DEVICE_FAILED' : hosted.accessRefusal;
    const { status, detail, isHeld } = this.conditionOf(stored);
    return {
      spec: stored.spec,
      status,
      detail,
      usedBytes: stored.device?.usedBytesNow() ?? 0,
      access: accessReason === null ? 'Read_Write' : isHeld ? 'Held' : 'None',
      accessReason,
      connectionCount: hosted === undefined ? 0 : uses.connectionCount(hosted),
    };
  }

  private host({ spec, device, use }: StoredVolume): void {
    if (device !== null) this.byUid.set(spec.uid, new HostedVolume(spec, new Volume(device, this.memory), use));
  }
}

function textOfErrors(error: ErrorName | null): string {
  return `Hosts get errors: ${ERRORS[error ?? 'DEVICE_FAILED'].text}`;
}
