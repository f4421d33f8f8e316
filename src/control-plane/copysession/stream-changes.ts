/** What changes of a stream's sessions with it: which end is the source, and which volumes belong to it. */
import { In, type EntityManager } from 'typeorm';
import { alignGroup } from '../consistencygroup/group-alignment.js';
import type { SessionUid, StreamUid } from '../../model/ids.js';
import { leaveTombstones } from '../worker/tombstone.entity.js';
import { CopySession } from './copy-session.entity.js';
import { Stream } from './stream.entity.js';

/** Every column that a generation may change. */
export type StreamContent = Pick<
  Stream,
  'generation' | 'resumedGeneration' | 'lastChange' | 'settings' | 'run' | 'isForced' | 'isAlone'
> & { readonly sourceNode: { readonly id: number } };

export function contentOf(stream: Stream): StreamContent {
  const { generation, resumedGeneration, lastChange, settings, run, isForced, isAlone, sourceNode } = stream;
  return {
    generation,
    resumedGeneration,
    lastChange,
    settings,
    run,
    isForced,
    isAlone,
    sourceNode: { id: sourceNode.id },
  };
}

/** Writes columns of the stream; another source node exchanges the ends of all its sessions, and its group follows the source. */
export async function writeStream(
  manager: EntityManager,
  uid: StreamUid,
  {
    sourceNode,
    ...columns
  }: Partial<StreamContent & Pick<Stream, 'issuedGeneration' | 'isDeleted' | 'isDeleteForced'>>,
): Promise<void> {
  if (Object.keys(columns).length > 0) await manager.update(Stream, { uid }, columns);
  if (sourceNode === undefined) return;
  const [, turned]: [unknown, number] = await manager.query(
    `UPDATE stream SET source_node_id = destination_node_id, destination_node_id = source_node_id
     WHERE uid = $1 AND destination_node_id = $2`,
    [uid, sourceNode.id],
  );
  if (turned === 0) return;
  await manager.query(
    `UPDATE copy_session s SET source_volume_id = destination_volume_id, destination_volume_id = source_volume_id
     FROM stream t WHERE t.id = s.stream_id AND t.uid = $1`,
    [uid],
  );
  await alignGroup(manager, uid);
}

/**
 * Puts the sessions of the stream back to what they were before an unfinished change of its volumes.
 * @returns those that are no longer wanted at its nodes
 */
export async function revertMembership(manager: EntityManager, uid: StreamUid): Promise<SessionUid[]> {
  const joining = await sessionsBeing(manager, uid, 'Joining');
  const uids = joining.map((session) => session.uid);
  await manager.remove(joining);
  await makeMembers(manager, await sessionsBeing(manager, uid, 'Leaving'));
  return uids;
}

/** As revertMembership, with nodes that may know of it already: they are told by the stream's next generation. */
export async function takeBackMembership(manager: EntityManager, uid: StreamUid): Promise<void> {
  const stream = await manager.findOne(Stream, {
    where: { uid },
    relations: { sourceNode: true, destinationNode: true },
  });
  if (!stream) return;
  const nodes = [stream.sourceNode.uid, stream.destinationNode.uid];
  for (const sessionUid of await revertMembership(manager, uid)) {
    await leaveTombstones(manager, 'session', sessionUid, nodes);
  }
}

/** The change of its volumes has come about at both ends. */
export async function settleMembership(manager: EntityManager, uid: StreamUid): Promise<void> {
  await manager.remove(await sessionsBeing(manager, uid, 'Leaving'));
  await makeMembers(manager, await sessionsBeing(manager, uid, 'Joining'));
}

async function makeMembers(manager: EntityManager, sessions: readonly CopySession[]): Promise<void> {
  const ids = sessions.map(({ id }) => id);
  await manager.update(CopySession, { id: In(ids) }, { membership: 'Member' });
}

function sessionsBeing(
  manager: EntityManager,
  uid: StreamUid,
  membership: CopySession['membership'],
): Promise<CopySession[]> {
  return manager.findBy(CopySession, { stream: { uid }, membership });
}
