import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { HostOperation, type HostRequest } from '../volume/host-request.js';
import { DirectPath } from './direct-path.js';
import { Deferrals } from './deferrals.js';
import type { Group } from './group.js';
import type { Member } from './member.js';

/** A request and the volume that it is for. */
export interface Deferred {
  readonly member: Member;
  readonly request: HostRequest;
}

/**
 * Where the requests of a source's hosts go while its log takes none, or is not needed: they wait until what the log held is safe; then they change the
 * volumes directly, each change marked before it is acknowledged; or they fail, while not even that can be recorded.
 */
export class Detour {
  private stage: 'Holding' | 'Passing' | 'Refusing' = 'Holding';
  private held: Deferred[] = [];
  private readonly holds = new Deferrals();
  private readonly paths = new Map<Member, DirectPath>();

  constructor(private readonly group: Group) {}

  /** Requests that are not refused for other reasons. */
  takeAll(member: Member, requests: readonly HostRequest[]): void {
    if (this.stage === 'Passing') this.pathOf(member).submit(requests);
    else for (const request of requests) this.take(member, request);
  }

  /** A request that is not refused for other reasons. */
  take(member: Member, request: HostRequest): void {
    if (this.stage === 'Passing') this.pathOf(member).submit([request]);
    else if (request.operation === HostOperation.Read) this.readWhole(member, request);
    else if (this.stage === 'Holding') this.hold(member, request);
    else request.sink.complete(request, 'LOG_FAILED');
  }

  /** What the log has is in the volumes, so that reads need not wait. */
  private readWhole(member: Member, request: HostRequest): void {
    if (this.group.isWhole) member.volume.read(request);
    else request.sink.complete(request, member.failure ?? 'DEVICE_FAILED');
  }

  /** A request that was meant for the log, and is in none. */
  hold(member: Member, request: HostRequest): void {
    this.holds.begin();
    this.held.push({ member, request });
  }

  /** What waits goes to the volumes, and so does what comes. @param refusal why not, or null */
  pass(refusal: ErrorName | null): void {
    this.stage = 'Passing';
    for (const { member, request } of this.release()) {
      if (refusal === null) this.take(member, request);
      else request.sink.complete(request, refusal);
    }
  }

  /** What waits fails, and so does every change that comes. */
  refuse(): void {
    this.stage = 'Refusing';
    for (const { request } of this.release()) request.sink.complete(request, 'LOG_FAILED');
  }

  /** The log is used after all: what waits for it. */
  takeBack(): Deferred[] {
    return this.release();
  }

  private release(): Deferred[] {
    const { held } = this;
    this.held = [];
    for (let i = 0; i < held.length; i++) this.holds.end();
    return held;
  }

  /** Resolves when no request that was taken may still change a volume. */
  async idle(): Promise<void> {
    await this.holds.none();
    for (const path of this.paths.values()) await path.idle();
  }

  /** Makes durable what was acknowledged. */
  sync(member: Member): Promise<void> {
    return this.stage === 'Passing' ? this.pathOf(member).sync() : Promise.reject(new Refusal('LOG_FAILED'));
  }

  private pathOf(member: Member): DirectPath {
    let path = this.paths.get(member);
    if (path === undefined) {
      const isWritethrough = (): boolean => member.isWritethrough();
      // The activity log names what is not synced: checkpoints keep that little.
      const noteChange = (): void => this.group.checkpointer.noteUnlogged();
      path = new DirectPath(member.volume, member.tracker, isWritethrough, noteChange);
      this.paths.set(member, path);
    }
    return path;
  }
}
