import { isRefusal } from '../../errors/refusal.js';
import { HostOperation, type HostRequest } from '../volume/host-request.js';
import type { VolumeUse } from '../volume/volume-use.js';

/** What the gate needs of its volume. */
export interface UsedVolume {
  /** Whether what is acknowledged must be durable anyway. */
  isWritethrough(): boolean;
  /** Hands requests to the present path. */
  pass(requests: readonly HostRequest[]): void;
  /** Makes durable here all that was acknowledged; rejects when that cannot be done now. */
  sync(): Promise<void>;
}

/**
 * Sees to it that a volume with a volatile cache is durably marked as in use before the first change is acknowledged, whatever path
 * that takes. From then on it is open, which costs a request one look, until the volume was at rest for a while and synced.
 */
export class UseGate {
  /** Requests need not come here. */
  isOpen = false;
  private waiting: HostRequest[] = [];
  /** Marking, or the end of a use. */
  private step: Promise<void> | null = null;
  private isClearing = false;

  constructor(
    private readonly use: VolumeUse,
    private readonly volume: UsedVolume,
  ) {}

  /** Takes requests while it is not open. */
  submit(requests: readonly HostRequest[]): void {
    if (this.volume.isWritethrough()) return this.volume.pass(requests);
    if (this.use.isMarked && !this.isClearing && this.waiting.length === 0) {
      this.isOpen = true;
      return this.volume.pass(requests);
    }
    const changes = requests.filter(isChange);
    if (changes.length < requests.length) this.volume.pass(requests.filter((request) => !isChange(request)));
    if (changes.length === 0) return;
    this.waiting.push(...changes);
    if (this.step === null) this.begin(this.mark());
  }

  private async mark(): Promise<void> {
    let error = null;
    try {
      await this.use.mark();
    } catch (refusal) {
      error = isRefusal(refusal) ? refusal.code : 'DEVICE_FAILED';
    }
    this.isOpen = error === null;
    const { waiting } = this;
    this.waiting = [];
    if (error === null) this.volume.pass(waiting);
    else for (const request of waiting) request.sink.complete(request, error);
  }

  /** To be called every few seconds: ends the use of a volume that nothing came for since the last call. */
  look(): void {
    if (this.step !== null) return;
    if (this.isOpen) this.isOpen = false;
    else if (this.use.isMarked) this.begin(this.end().catch(() => {}));
  }

  /** What was acknowledged is durable, and no longer in use; a change that comes meanwhile keeps it in use. */
  async rest(): Promise<void> {
    await this.settled();
    this.isOpen = false;
    if (!this.use.isMarked) return;
    const ending = this.end();
    this.begin(ending.catch(() => {}));
    await ending;
  }

  private async end(): Promise<void> {
    await this.volume.sync();
    if (this.isOpen) return;
    this.isClearing = true;
    try {
      await this.use.clear();
    } finally {
      this.isClearing = false;
    }
  }

  /** Resolves when nothing is being written about the use. */
  async settled(): Promise<void> {
    while (this.step !== null) await this.step;
  }

  private begin(step: Promise<void>): void {
    const running = step.finally(() => {
      this.step = null;
      if (this.waiting.length > 0) this.begin(this.mark());
    });
    this.step = running;
  }
}

function isChange({ operation }: HostRequest): boolean {
  return operation !== HostOperation.Read && operation !== HostOperation.Flush;
}
