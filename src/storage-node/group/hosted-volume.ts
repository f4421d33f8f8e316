import type { ErrorName } from '../../errors/registry.js';
import type { VolumeUid } from '../../model/ids.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import type { BlockTarget, ExtentStatus, HostRequest } from '../volume/host-request.js';
import type { Volume } from '../volume/volume.js';
import { DirectPath } from './direct-path.js';
import type { HostPath } from './host-path.js';
import { PausedPath } from './paused-path.js';

const PREFERRED_BLOCK_BYTES = 4096;

/** A volume as hosts see it: an export whose requests go by whatever path its copy session, if any, prescribes just now. */
export class HostedVolume implements BlockTarget {
  readonly preferredBlockBytes = PREFERRED_BLOCK_BYTES;
  private path: HostPath;
  private leaving: Promise<unknown> = Promise.resolve();

  constructor(
    public spec: VolumeSpec,
    readonly volume: Volume,
  ) {
    this.path = this.directPath();
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
    return this.path.refusal;
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
    this.open(this.directPath());
  }

  submit(requests: readonly HostRequest[]): void {
    const { refusal } = this.path;
    if (refusal === null) this.path.submit(requests);
    else for (const request of requests) request.sink.complete(request, refusal);
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
