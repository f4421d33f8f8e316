import { Injectable } from '@nestjs/common';
import { Not, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import {
  judge,
  judgeMembership,
  patchOperation,
  type SessionOperation,
  type Verdict,
} from '../../model/session-operations.js';
import { isAsynchronous } from '../../model/session.js';
import type { StorageNode } from '../node/storage-node.entity.js';
import { Changes, type NewOperation } from '../worker/changes.js';
import type { StreamChange } from '../worker/desired.js';
import { JobOperationRow, unfinishedOn } from '../worker/job-operation.entity.js';
import type { CopySession } from './copy-session.entity.js';
import { sessionHref } from './copy-session-view.js';
import { contentOf, writeStream, type StreamContent } from './stream-changes.js';
import { Stream } from './stream.entity.js';

/** What an operation writes into the desired state, as its next generation. */
type Wanted = Partial<Omit<StreamContent, 'generation' | 'lastChange'>>;

/** These two do not wait for an unfinished operation: they are the way out when it never ends. */
const SUPERSEDING: ReadonlySet<SessionOperation> = new Set(['suspend-force', 'delete-force']);

/** Changes of streams: what may be done is judged by the table of model/session-operations, each change is a new generation. */
@Injectable()
export class StreamOperations {
  constructor(private readonly changes: Changes) {}

  async change(manager: EntityManager, stream: Stream, settings: Stream['settings']): Promise<NewOperation> {
    await this.requireAllowed(manager, patchOperation(stream.settings.transferMode, settings.transferMode), stream);
    return this.next(manager, 'stream-change', stream, { settings });
  }

  async suspend(manager: EntityManager, stream: Stream, isForced: boolean): Promise<NewOperation> {
    await this.requireAllowed(manager, isForced ? 'suspend-force' : 'suspend', stream);
    const isAlone = isForced && !isReachable(stream.sourceNode);
    if (isAlone) await requireMayActAlone(manager, stream);
    const kind = isAlone ? 'stream-suspend-alone' : 'stream-suspend';
    return this.next(manager, kind, stream, { run: 'Suspend', isForced, isAlone });
  }

  async resume(manager: EntityManager, stream: Stream): Promise<NewOperation> {
    await this.requireAllowed(manager, 'resume', stream);
    return this.next(manager, 'stream-resume', stream, {
      run: 'Active',
      isForced: false,
      isAlone: false,
      resumedGeneration: stream.issuedGeneration + 1,
    });
  }

  /** Already so has been seen to by the caller, who asks for requireIdle then. */
  async reverse(manager: EntityManager, stream: Stream): Promise<NewOperation> {
    await this.requireAllowed(manager, 'reverse', stream);
    const { groupUid, id, sourceNode, destinationNode, sessions } = stream;
    if (await manager.existsBy(Stream, { groupUid, id: Not(id) })) {
      throw new Refusal('SESSION_SOURCE_HAS_OTHERS', sessions[0]!.sourceVolume.name);
    }
    const unequal = sessions.find(({ sourceVolume, destinationVolume }) => {
      return sourceVolume.sizeBytes !== destinationVolume.sizeBytes;
    });
    if (unequal) throw new Refusal('VOLUME_SIZE_DIFFERS', unequal.destinationVolume.name);
    requireReachable([sourceNode, destinationNode]);
    return this.next(manager, 'stream-reverse', stream, {
      sourceNode: destinationNode,
      isForced: false,
      isAlone: false,
    });
  }

  /** Without force an asynchronous stream drains first: it is suspended, which brings its destination up to the last write. */
  async delete(manager: EntityManager, stream: Stream, isForced: boolean): Promise<NewOperation> {
    const { uid } = stream;
    await this.requireAllowed(manager, isForced ? 'delete-force' : 'delete', stream);
    const replaced =
      !isForced && canDrain(stream)
        ? (await this.next(manager, 'stream-suspend', stream, { run: 'Suspend' })).before
        : await this.changes.supersede(manager, uid);
    await writeStream(manager, uid, { isDeleted: true, isDeleteForced: isForced });
    const before = { ...replaced, isDeleted: false, isDeleteForced: false };
    return { kind: 'stream-delete', uid, hrefs: hrefsOf(stream), before };
  }

  /** @throws Refusal SESSION_BUSY, also when a part of the job has ended: it may be taken back yet */
  requireIdle(manager: EntityManager, streams: readonly Stream[]): Promise<void> {
    return this.changes.requireIdle(
      manager,
      streams.map(({ uid }) => uid),
      'SESSION_BUSY',
    );
  }

  /**
   * Volumes join the stream's group, or leave it: their sessions are written as such already.
   * @param hrefs of sessions that the stream gains
   */
  async changeMembership(
    manager: EntityManager,
    kind: 'stream-join' | 'stream-leave',
    stream: Stream,
    hrefs: readonly string[],
  ): Promise<NewOperation> {
    const operation = await this.next(manager, kind, stream, {});
    return { ...operation, hrefs: [...new Set([...operation.hrefs, ...hrefs])] };
  }

  /** @throws Refusal with what keeps volumes from joining or leaving it */
  async requireMembershipAllowed(manager: EntityManager, stream: Stream): Promise<void> {
    await this.requireIdle(manager, [stream]);
    if (stream.isDeleted) throw new Refusal('SESSION_BUSY', idsOf(stream));
    if (stream.lostTime !== null) throw new Refusal('SESSION_LOST', idsOf(stream));
    requireYes(stream, ({ status, phase }) => judgeMembership(status, phase));
  }

  /** Judged by each of its sessions; @throws Refusal with what forbids it */
  private async requireAllowed(manager: EntityManager, operation: SessionOperation, stream: Stream): Promise<void> {
    const isBusy = await manager.existsBy(JobOperationRow, unfinishedOn(stream.uid));
    // A deletion is not replaced by anything but another one.
    const mayReplace = SUPERSEDING.has(operation) && (operation === 'delete-force' || !stream.isDeleted);
    if (isBusy && !mayReplace) throw new Refusal('SESSION_BUSY', idsOf(stream));
    if (stream.lostTime !== null && operation !== 'delete-force') throw new Refusal('SESSION_LOST', idsOf(stream));
    requireYes(stream, ({ status, phase }) => judge(operation, status, phase));
  }

  /** Writes the next generation of the stream. If it fails, what holds now is put back; or, if it replaces an operation, what held before that. */
  private async next(
    manager: EntityManager,
    kind: StreamChange,
    stream: Stream,
    wanted: Wanted,
  ): Promise<NewOperation> {
    const { uid } = stream;
    const replaced = await this.changes.supersede(manager, uid);
    const generation = stream.issuedGeneration + 1;
    await writeStream(manager, uid, { ...wanted, generation, issuedGeneration: generation, lastChange: kind });
    const isBeforeKnown = replaced !== null && 'generation' in replaced;
    return { kind, uid, hrefs: hrefsOf(stream), before: isBeforeKnown ? replaced : contentOf(stream) };
  }
}

/** Whether its destination may lack something, which can be sent. */
function canDrain({ settings, sourceNode, destinationNode, sessions }: Stream): boolean {
  const isRunning = sessions.every(({ status }) => status === 'Active');
  return isAsynchronous(settings) && isRunning && isReachable(sourceNode) && isReachable(destinationNode);
}

function idsOf({ sessions }: Stream): string {
  return sessions.map(({ id }) => id).join(', ');
}

function requireYes({ sessions }: Stream, verdictOf: (session: CopySession) => Verdict): void {
  for (const session of sessions) {
    const verdict = verdictOf(session);
    if (verdict === 'yes') continue;
    throw new Refusal(verdict satisfies ErrorName, `${session.id}: ${session.status}/${session.phase}`);
  }
}

export function hrefsOf({ sessions }: Stream): string[] {
  return sessions.map(({ id }) => sessionHref(id));
}

export function isReachable(node: StorageNode): boolean {
  return node.unreachableSince === null && node.lastSeenTime !== null;
}

/** @throws Refusal NODE_UNREACHABLE */
export function requireReachable(nodes: readonly StorageNode[]): void {
  const away = nodes.find((node) => !isReachable(node));
  if (away) throw new Refusal('NODE_UNREACHABLE', away.name);
}

/** Two destinations that act alone would part for good. */
async function requireMayActAlone(manager: EntityManager, stream: Stream): Promise<void> {
  const { id, groupUid, sessions } = stream;
  if (sessions.some(({ views }) => views[0]?.observed.dataState === 'Inconsistent')) {
    throw new Refusal('SESSION_DESTINATION_INCONSISTENT', sessions[0]!.destinationVolume.name);
  }
  if (await manager.existsBy(Stream, { groupUid, isAlone: true, id: Not(id) })) {
    throw new Refusal('SESSION_SOURCE_HAS_OTHERS', sessions[0]!.sourceVolume.name);
  }
}
