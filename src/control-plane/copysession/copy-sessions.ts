import { Injectable } from '@nestjs/common';
import { Refusal } from '../../errors/refusal.js';
import { refuseFields } from '../http/validation.js';
import type { Job } from '../job/job.entity.js';
import { Changes, type Change, type JobKind, type NewOperation } from '../worker/changes.js';
import type { CreateSessionBody } from './copy-session.dto.js';
import type { CopySession } from './copy-session.entity.js';
import { insertStream } from './new-streams.js';
import { judgeCreation } from './session-creation.js';
import type { ChangeSessionBody } from './session-settings.dto.js';
import { settingProblems, splitModeProblems, withChanges } from './session-settings.js';
import { StreamOperations, hrefsOf } from './stream-operations.js';
import { streamOfSession, streamsOfSessions } from './stream-rows.js';

/** Copy sessions: whatever is asked of one is done to all sessions of its stream, and the job names them all. */
@Injectable()
export class CopySessions {
  constructor(
    private readonly changes: Changes,
    private readonly streams: StreamOperations,
  ) {}

  create(body: CreateSessionBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { ends, stream } = await judgeCreation(manager, body);
      const operations = await insertStream(manager, stream, [ends]);
      return {
        kind: 'copysession.create',
        description: `Create a copy session of volume ${ends.source.name}`,
        operations,
        progressHrefs: operations.at(-1)!.hrefs,
      };
    });
  }

  change(id: number, body: ChangeSessionBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { stream, session } = await streamOfSession(manager, id);
      const settings = withChanges(stream.settings, body);
      const wrong = [...settingProblems(settings, stream.srlSizeBytes), ...splitModeProblems(body, settings)];
      if (wrong.length > 0) throw refuseFields(wrong);
      return one('copysession.change', 'Change', session, await this.streams.change(manager, stream, settings));
    });
  }

  suspend(id: number, isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { stream, session } = await streamOfSession(manager, id);
      return one('copysession.suspend', 'Suspend', session, await this.streams.suspend(manager, stream, isForced));
    });
  }

  /** One point in time over sessions of one source node. */
  suspendMany(ids: readonly number[], isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const streams = await streamsOfSessions(manager, ids);
      const nodes = new Set(streams.map(({ sourceNode }) => sourceNode.id));
      if (nodes.size > 1) throw new Refusal('SESSION_SOURCES_DIFFER', 'copysession_id_list');
      const operations: NewOperation[] = [];
      for (const stream of streams) operations.push(await this.streams.suspend(manager, stream, isForced));
      return { kind: 'copysession.suspend', description: `Suspend ${ids.length} copy sessions`, operations };
    });
  }

  resume(id: number): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { stream, session } = await streamOfSession(manager, id);
      const operation = await this.streams.resume(manager, stream);
      return { ...one('copysession.resume', 'Resume', session, operation), progressHrefs: operation.hrefs };
    });
  }

  /** @param sourceVolumeId the volume that shall be the source; null exchanges the roles whatever they are */
  reverse(id: number, sourceVolumeId: number | null): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { stream, session } = await streamOfSession(manager, id);
      const { sourceVolume, destinationVolume } = session;
      if (sourceVolumeId !== null && ![sourceVolume.id, destinationVolume.id].includes(sourceVolumeId)) {
        throw new Refusal('PARAMETER_INVALID', 'source_volume_id is neither end of the copy session');
      }
      if (sourceVolumeId === sourceVolume.id) {
        await this.streams.requireIdle(manager, [stream]);
        return {
          kind: 'copysession.reverse',
          description: describe('Reverse', session),
          operations: [],
          hrefs: hrefsOf(stream),
        };
      }
      return one('copysession.reverse', 'Reverse', session, await this.streams.reverse(manager, stream));
    });
  }

  delete(id: number, isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { stream, session } = await streamOfSession(manager, id);
      return one('copysession.delete', 'Delete', session, await this.streams.delete(manager, stream, isForced));
    });
  }
}

function one(kind: JobKind, verb: string, session: CopySession, operation: NewOperation): Change {
  return { kind, description: describe(verb, session), operations: [operation] };
}

function describe(verb: string, { id, sourceVolume }: CopySession): string {
  return `${verb} copy session ${id} of volume ${sourceVolume.name}`;
}
