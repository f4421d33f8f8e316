import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import type { VolumeUid } from '../../model/ids.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import { HostErrors } from '../volume/host-errors.js';
import type { BlockTarget, ExtentStatus, HostRequest } from '../volume/host-request.js';
import type { Volume } from '../volume/volume.js';
import type { VolumeUse } from '../volume/volume-use.js';
import { DirectPath } from './direct-path.js';
import type { HostPath } from './host-path.js';
import { PausedPath } from './paused-path.js';
import { UseGate } from './use-gate.js';

const PREFERRED_BLOCK_BYTES = 4096;

/** A volume as hosts see it: an export whose requests go by whatever path its copy session, if any, prescribes just now. */
export class HostedVolume implements BlockTarget {
  readonly preferredBlockBytes = PREFERRED_BLOCK_BYTES;
  readonly errors = new HostErrors();
  /** Why it lacks what its group's log holds for it, or null. */
  failure: ErrorName | null = null;
  private path: HostPath;
  private leaving: Promise<unknown> = Promise.resolve();
  private readonly gate: UseGate;

  constructor(
    public spec: VolumeSpec,
    readonly volume: Volume,
    private readonly use: VolumeUse,
  ) {
    this.path = this.directPath();
    this.gate = new UseGate(use, {
      isWritethrough: () => this.isWritethrough(),
      pass: (requests) => this.pass(requests),
      sync: () => this.syncPath(),
    });
  }

  get uid(): VolumeUid {
    return this.spec.uid;
  }

  get name(): string {
    return this.spec.name;
  }

  get sizeBytes(): number {
    return this.volume.sizeBytes;
  }

  get allowedClients(): readonly string[] {
    return this.spec.allowedClients;
  }

  get accessRefusal(): ErrorName | null {
    return this.isHeld ? 'ACCESS_HELD' : this.path.refusal;
  }

  /** The machine lost power while hosts had writes acknowledged that were not durable: they may be gone. */
  get isHeld(): boolean {
    return this.heldSinceBoot !== null;
  }

  /** The boot of the machine that ended so; null for a volume that is not held. */
  get heldSinceBoot(): string | null {
    return this.use.heldSinceBoot;
  }

  isWritethrough(): boolean {
    return this.spec.writeCache === 'Writethrough';
  }

  open(path: HostPath): void {
    const before = this.path;
    this.path = path;
    this.leaving = Promise.all([this.leaving, before.idle()]);
    if (before instanceof PausedPath) this.submit(before.take());
  }

  /** Until the next path is opened, requests wait. */
  pause(): void {
    this.open(new PausedPath());
  }

  /** Resolves when no request that took an earlier path may still change the volume. */
  async left(): Promise<void> {
    await this.leaving;
  }

  /** Out of any copy session: hosts write the volume directly. */
  openDirect(): void {
    this.failure = null;
    this.open(this.directPath());
  }

  submit(requests: readonly HostRequest[]): void {
    if (this.gate.isOpen) return this.pass(requests);
    const refusal = this.accessRefusal;
    if (refusal === null) this.gate.submit(requests);
    else for (const request of requests) request.sink.complete(request, refusal);
  }

  private pass(requests: readonly HostRequest[]): void {
    const { refusal } = this.path;
    if (refusal === null) this.path.submit(requests);
    else for (const request of requests) request.sink.complete(request, refusal);
  }

  private async syncPath(): Promise<void> {
    const { path } = this;
    await path.idle();
    await path.sync();
    if (this.path !== path) throw new Refusal('ACCESS_WAITING');
  }

  /** To be called every few seconds: a volume that came to rest is synced and no longer marked as in use. */
  lookAtUse(): void {
    this.gate.look();
  }

  /** Becomes a volume without a volatile cache: what was acknowledged until now is made durable. */
  async restUse(): Promise<void> {
    await this.gate.rest();
  }

  /**
   * Ends any hold, and any mark of use: what was acknowledged is known to be here, or given up by an operator, or is its source's
   * business now.
   */
  async release(): Promise<void> {
    await this.gate.settled();
    this.gate.isOpen = false;
    await this.use.clear();
  }

  /** The node stops, and all is synced. One that is held stays so. */
  async endUse(): Promise<void> {
    if (!this.isHeld) await this.use.clear();
  }

  async extents(offset: number, length: number): Promise<readonly ExtentStatus[]> {
    // What is still being punched or written must be seen as it will be.
    await this.volume.drain();
    return this.volume.device
      .extentsNow(offset, length)
      .map(({ lengthBytes, isHole }) => ({ length: lengthBytes, isHole, isZero: isHole }));
  }

  private directPath(): HostPath {
    return new DirectPath(this.volume, null, () => this.isWritethrough());
  }
}
