import { isRefusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { RecordType } from '../../format/srl/record.js';
import { HostOperation, type HostRequest } from '../volume/host-request.js';
import { SyncGate } from '../volume/sync-gate.js';
import type { ChangeObserver, Volume } from '../volume/volume.js';
import { Deferrals } from './deferrals.js';
import type { HostPath } from './host-path.js';
import type { Tracker } from './tracker.js';

/**
 * A volume written without a log: one in no copy session, or a suspended destination, which tracks what hosts change. A write is
 * answered when it is in the volume; FLUSH and FUA wait for a sync of volume and map.
 */
export class DirectPath implements HostPath, ChangeObserver<HostRequest> {
  readonly refusal = null;
  private readonly syncs = new SyncGate(() => this.sync());
  private readonly deferrals = new Deferrals();

  constructor(
    private readonly volume: Volume,
    private readonly tracker: Tracker | null,
    private readonly isWritethrough: () => boolean,
    /** Called with every change. */
    private readonly noteChange: (() => void) | null = null,
  ) {}

  submit(requests: readonly HostRequest[]): void {
    for (const request of requests) {
      if (request.operation === HostOperation.Read) this.volume.read(request);
      else if (request.operation === HostOperation.Flush) this.completeWhenSynced(request);
      else this.change(request);
    }
  }

  changed(request: HostRequest, error: ErrorName | null): void {
    if (error !== null) request.sink.complete(request, error);
    else if (request.isFua || this.isWritethrough()) this.completeWhenSynced(request);
    else request.sink.complete(request, null);
  }

  private change(request: HostRequest): void {
    if (this.tracker !== null) {
      if (!this.tracker.covers(request.offset, request.length)) {
        this.changeWhenAdmitted(request, this.tracker);
        return;
      }
    }
    this.volume.noteUnlogged();
    this.noteChange?.();
    try {
      this.tracker?.mark(request.offset, request.length);
      if (this.volume.apply(asChange(request), this, request)) this.changed(request, null);
    } catch (error) {
      this.changed(request, isRefusal(error) ? error.code : 'DEVICE_FAILED');
    }
  }

  private changeWhenAdmitted(request: HostRequest, tracker: Tracker): void {
    this.deferrals.begin();
    tracker
      .admit(request.offset, request.length)
      .then(
        () => this.change(request),
        () => request.sink.complete(request, 'DEVICE_FAILED'),
      )
      .finally(() => this.deferrals.end());
  }

  async idle(): Promise<void> {
    await this.deferrals.none();
    await this.volume.drain();
  }

  private completeWhenSynced(request: HostRequest): void {
    this.syncs.request({
      synced: (failure) => request.sink.complete(request, failure === undefined ? null : 'DEVICE_FAILED'),
    });
  }

  async sync(): Promise<void> {
    await this.volume.sync();
    await this.tracker?.syncMaps();
  }
}

/** The change that a host's request asks for. */
function asChange(request: HostRequest): {
  type: RecordType;
  offset: number;
  length: number;
  payload: readonly Buffer[];
} {
  return { type: recordTypeOf(request), offset: request.offset, length: request.length, payload: request.payload };
}

export function recordTypeOf(request: HostRequest): RecordType {
  if (request.operation === HostOperation.Write) return RecordType.Write;
  return request.operation === HostOperation.Trim || !request.isNoHole ? RecordType.Trim : RecordType.Zero;
}
