import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { newUid, type GroupUid, type SessionUid } from '../../model/ids.js';
import { judge, patchOperation, type SessionOperation } from '../../model/session-operations.js';
import { requestContext } from '../http/request-context.js';
import { refuseFields } from '../http/validation.js';
import type { Job } from '../job/job.entity.js';
import type { StorageNode } from '../node/storage-node.entity.js';
import { insertVolume } from '../volume/volumes.js';
import { Changes, type Change, type JobKind, type NewOperation } from '../worker/changes.js';
import type { OperationKind } from '../worker/desired.js';
import { JobOperationRow } from '../worker/job-operation.entity.js';
import type { CreateSessionBody } from './copy-session.dto.js';
import { CopySession } from './copy-session.entity.js';
import { sessionById, sessionHref, sessionRows } from './copy-session-view.js';
import { judgeCreation } from './session-creation.js';
import type { ChangeSessionBody } from './session-settings.dto.js';
import { newSettings, settingProblems, splitModeProblems, withChanges } from './session-settings.js';

/** What an operation writes into the desired state, as its next generation. */
type Wanted = Partial<
  Pick<
    CopySession,
    'resumedGeneration' | 'settings' | 'run' | 'isForced' | 'isAlone' | 'sourceVolume' | 'destinationVolume'
  >
>;

/** These two do not wait for an unfinished operation: they are the way out when it never ends. */
const SUPERSEDING: ReadonlySet<SessionOperation> = new Set(['suspend-force', 'delete-force']);

/** Copy sessions: what may be done is judged by the table of model/session-operations, each change is a new generation. */
@Injectable()
export class CopySessions {
  constructor(private readonly changes: Changes) {}

  create(body: CreateSessionBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const ends = await judgeCreation(manager, body);
      const operations: NewOperation[] = [];
      let destination: { id: number };
      if ('destination' in ends) destination = ends.destination;
      else {
        const { sizeBytes, writeCache, allowedClients } = ends.source;
        const made = await insertVolume(manager, {
          node: ends.destinationNode,
          name: ends.destinationName,
          sizeBytes,
          writeCache,
          backing: { type: 'File' },
          isOverwrite: false,
          allowedClients,
          isCopyProtected: false,
        });
        operations.push(made);
        destination = made;
      }
      const { id, uid } = await insertSession(manager, body, ends.source, destination);
      operations.push({ kind: 'session-create', uid, href: sessionHref(id) });
      return {
        kind: 'copysession.create',
        description: `Create a copy session of volume ${ends.source.name}`,
        operations,
        progressHrefs: [sessionHref(id)],
      };
    });
  }

  change(id: number, body: ChangeSessionBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const session = await sessionById(manager, id);
      const settings = withChanges(session.settings, body);
      const wrong = [...settingProblems(settings, session.srlSizeBytes), ...splitModeProblems(body, settings)];
      if (wrong.length > 0) throw refuseFields(wrong);
      await this.requireAllowed(manager, patchOperation(session.settings.transferMode, settings.transferMode), session);
      return this.one(
        'copysession.change',
        'Change',
        session,
        await this.next(manager, 'session-change', session, { settings }),
      );
    });
  }

  suspend(id: number, isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const session = await sessionById(manager, id);
      return this.one('copysession.suspend', 'Suspend', session, await this.suspendOne(manager, session, isForced));
    });
  }

  /** One point in time over sessions of one source node. */
  suspendMany(ids: readonly number[], isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const sessions = await sessionRows(manager)
        .where('session.id IN (:...ids)', { ids })
        .orderBy('session.id')
        .getMany();
      const found = new Set(sessions.map((session) => session.id));
      const missing = ids.filter((id) => !found.has(id));
      if (missing.length > 0) throw new Refusal('SESSION_NOT_FOUND', missing.slice(0, 20).join(', '));
      const nodes = new Set(sessions.map((session) => session.sourceVolume.node.id));
      if (nodes.size > 1) throw new Refusal('SESSION_SOURCES_DIFFER', 'copysession_id_list');
      const operations: NewOperation[] = [];
      for (const session of sessions) operations.push(await this.suspendOne(manager, session, isForced));
      return { kind: 'copysession.suspend', description: `Suspend ${sessions.length} copy sessions`, operations };
    });
  }

  resume(id: number): Promise<Job> {
    return this.changes.make(async (manager) => {
      const session = await sessionById(manager, id);
      await this.requireAllowed(manager, 'resume', session);
      const operation = await this.next(manager, 'session-resume', session, {
        run: 'Active',
        isForced: false,
        isAlone: false,
        resumedGeneration: session.issuedGeneration + 1,
      });
      return {
        ...this.one('copysession.resume', 'Resume', session, operation),
        progressHrefs: [sessionHref(id)],
      };
    });
  }

  /** @param sourceVolumeId the volume that shall be the source; null exchanges the roles whatever they are */
  reverse(id: number, sourceVolumeId: number | null): Promise<Job> {
    return this.changes.make(async (manager) => {
      const session = await sessionById(manager, id);
      const { sourceVolume, destinationVolume } = session;
      if (sourceVolumeId !== null && ![sourceVolume.id, destinationVolume.id].includes(sourceVolumeId)) {
        throw new Refusal('PARAMETER_INVALID', 'source_volume_id is neither end of the copy session');
      }
      if (sourceVolumeId === sourceVolume.id) {
        await this.changes.requireIdle(manager, [session.uid], 'SESSION_BUSY');
        return {
          kind: 'copysession.reverse',
          description: describe('Reverse', session),
          operations: [],
          hrefs: [sessionHref(id)],
        };
      }
      await this.requireAllowed(manager, 'reverse', session);
      if (sourceVolume.sizeBytes !== destinationVolume.sizeBytes) throw new Refusal('VOLUME_SIZE_DIFFERS');
      for (const { node } of [sourceVolume, destinationVolume]) {
        if (!isReachable(node)) throw new Refusal('NODE_UNREACHABLE', node.name);
      }
      const operation = await this.next(manager, 'session-reverse', session, {
        sourceVolume: destinationVolume,
        destinationVolume: sourceVolume,
        isForced: false,
        isAlone: false,
      });
      return this.one('copysession.reverse', 'Reverse', session, operation);
    });
  }

  delete(id: number, isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const session = await sessionById(manager, id);
      await this.requireAllowed(manager, isForced ? 'delete-force' : 'delete', session);
      const replaced = await this.changes.supersede(manager, session.uid);
      await manager.update(CopySession, { id }, { isDeleted: true, isDeleteForced: isForced });
      const operation: NewOperation = {
        kind: 'session-delete',
        uid: session.uid,
        href: sessionHref(id),
        before: { ...replaced, isDeleted: false, isDeleteForced: false },
      };
      return this.one('copysession.delete', 'Delete', session, operation);
    });
  }

  private async suspendOne(manager: EntityManager, session: CopySession, isForced: boolean): Promise<NewOperation> {
    await this.requireAllowed(manager, isForced ? 'suspend-force' : 'suspend', session);
    const isAlone = isForced && !isReachable(session.sourceVolume.node);
    if (isAlone && session.views[0]?.observed.dataState === 'Inconsistent') {
      throw new Refusal('SESSION_DESTINATION_INCONSISTENT', session.destinationVolume.name);
    }
    const kind = isAlone ? 'session-suspend-alone' : 'session-suspend';
    return this.next(manager, kind, session, { run: 'Suspend', isForced, isAlone });
  }

  private async requireAllowed(
    manager: EntityManager,
    operation: SessionOperation,
    session: CopySession,
  ): Promise<void> {
    const isBusy = await manager.existsBy(JobOperationRow, { uid: session.uid, endedTime: IsNull() });
    // A deletion is not replaced by anything but another one.
    const mayReplace = SUPERSEDING.has(operation) && (operation === 'delete-force' || !session.isDeleted);
    if (isBusy && !mayReplace) throw new Refusal('SESSION_BUSY', String(session.id));
    if (session.lostTime !== null && operation !== 'delete-force')
      throw new Refusal('SESSION_LOST', String(session.id));
    const verdict = judge(operation, session.status, session.phase);
    if (verdict !== 'yes')
      throw new Refusal(verdict satisfies ErrorName, `${session.id}: ${session.status}/${session.phase}`);
  }

  /** Writes the next generation of the session. If it fails, what holds now is put back; or, if it replaces an operation, what held before that. */
  private async next(
    manager: EntityManager,
    kind: Exclude<Extract<OperationKind, `session-${string}`>, 'session-delete'>,
    session: CopySession,
    wanted: Wanted,
  ): Promise<NewOperation> {
    const replaced = await this.changes.supersede(manager, session.uid);
    const generation = session.issuedGeneration + 1;
    await manager.update(
      CopySession,
      { id: session.id },
      { ...wanted, generation, issuedGeneration: generation, lastChange: kind },
    );
    const isBeforeKnown = replaced !== null && 'generation' in replaced;
    const before = isBeforeKnown ? replaced : contentOf(session);
    return { kind, uid: session.uid, href: sessionHref(session.id), before };
  }

  private one(kind: JobKind, verb: string, session: CopySession, operation: NewOperation): Change {
    return { kind, description: describe(verb, session), operations: [operation] };
  }
}

function describe(verb: string, { id, sourceVolume }: CopySession): string {
  return `${verb} copy session ${id} of volume ${sourceVolume.name}`;
}

function isReachable(node: StorageNode): boolean {
  return node.unreachableSince === null && node.lastSeenTime !== null;
}

/** Every column that a generation may change. */
function contentOf(session: CopySession): Record<string, unknown> {
  const { generation, resumedGeneration, lastChange, settings, run, isForced, isAlone } = session;
  return {
    generation,
    resumedGeneration,
    lastChange,
    settings,
    run,
    isForced,
    isAlone,
    sourceVolume: { id: session.sourceVolume.id },
    destinationVolume: { id: session.destinationVolume.id },
  };
}

function insertSession(
  manager: EntityManager,
  body: CreateSessionBody,
  source: { id: number },
  destination: { id: number },
): Promise<CopySession> {
  return manager.save(
    manager.create(CopySession, {
      ...newSettings(body),
      uid: newUid<SessionUid>(),
      generation: 1,
      issuedGeneration: 1,
      resumedGeneration: 1,
      lastChange: 'session-create',
      groupUid: newUid<GroupUid>(),
      slot: 0,
      sourceVolume: { id: source.id },
      destinationVolume: { id: destination.id },
      run: 'Active',
      requestor: requestContext()?.requestor ?? 'system',
      createdTime: new Date(),
    }),
  );
}
