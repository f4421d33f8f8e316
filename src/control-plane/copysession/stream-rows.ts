import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { GroupUid } from '../../model/ids.js';
import type { CopySession } from './copy-session.entity.js';
import { Stream } from './stream.entity.js';

/** Streams with all that a request is judged by. */
export function streamRows(manager: EntityManager): SelectQueryBuilder<Stream> {
  return manager
    .createQueryBuilder(Stream, 'stream')
    .innerJoinAndSelect('stream.sourceNode', 'source_node')
    .innerJoinAndSelect('stream.destinationNode', 'destination_node')
    .innerJoinAndSelect('stream.sessions', 'session')
    .innerJoinAndSelect('session.sourceVolume', 'source_volume')
    .innerJoinAndSelect('session.destinationVolume', 'destination_volume')
    .leftJoinAndSelect('session.views', 'view', 'view.nodeId = session.shownNodeId')
    .orderBy('stream.id')
    .addOrderBy('session.id');
}

/** @throws Refusal SESSION_NOT_FOUND, which names all that are missing */
export async function streamsOfSessions(manager: EntityManager, sessionIds: readonly number[]): Promise<Stream[]> {
  const streams = await streamRows(manager)
    .where('stream.id IN (SELECT s.stream_id FROM copy_session s WHERE s.id IN (:...sessionIds))', { sessionIds })
    .getMany();
  const found = new Set(streams.flatMap(({ sessions }) => sessions).map(({ id }) => id));
  const missing = sessionIds.filter((id) => !found.has(id));
  if (missing.length > 0) throw new Refusal('SESSION_NOT_FOUND', missing.slice(0, 20).join(', '));
  return streams;
}

export async function streamOfSession(
  manager: EntityManager,
  id: number,
): Promise<{ stream: Stream; session: CopySession }> {
  const [stream] = await streamsOfSessions(manager, [id]);
  return { stream: stream!, session: stream!.sessions.find((session) => session.id === id)! };
}

export function streamsOfGroup(manager: EntityManager, groupUid: GroupUid): Promise<Stream[]> {
  return streamRows(manager).where('stream.groupUid = :groupUid', { groupUid }).getMany();
}
