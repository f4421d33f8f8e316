/** Makes the sessions that a request asks for, once they were judged. */
import type { EntityManager } from 'typeorm';
import { newUid, type GroupUid, type SessionUid, type StreamUid } from '../../model/ids.js';
import type { SessionSettings } from '../../model/session.js';
import { requestContext } from '../http/request-context.js';
import type { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';
import { insertVolume } from '../volume/volumes.js';
import type { NewOperation } from '../worker/changes.js';
import { CopySession } from './copy-session.entity.js';
import { sessionHref } from './copy-session-view.js';
import { Stream } from './stream.entity.js';

/** Where the copy of a volume goes: an existing volume, or one that is made on a node. */
export type SessionEnds =
  | { readonly source: Volume; readonly destination: Volume }
  | { readonly source: Volume; readonly destinationNode: StorageNode; readonly destinationName: string };

export interface NewStream {
  readonly groupUid: GroupUid;
  readonly settings: SessionSettings;
  readonly srlSizeBytes: number;
}

export function destinationNodeOf(ends: SessionEnds): StorageNode {
  return 'destination' in ends ? ends.destination.node : ends.destinationNode;
}

/** @param all the ends of its sessions, at least one, all between the same two nodes */
export async function insertStream(
  manager: EntityManager,
  { groupUid, settings, srlSizeBytes }: NewStream,
  all: readonly SessionEnds[],
): Promise<NewOperation[]> {
  const stream = await manager.save(
    manager.create(Stream, {
      uid: newUid<StreamUid>(),
      groupUid,
      sourceNode: { id: all[0]!.source.node.id },
      destinationNode: { id: destinationNodeOf(all[0]!).id },
      generation: 1,
      issuedGeneration: 1,
      resumedGeneration: 1,
      lastChange: 'stream-create',
      settings,
      srlSizeBytes,
      run: 'Active',
    }),
  );
  const { volumes, hrefs } = await insertSessions(manager, stream, all, 'Member');
  return [...volumes, { kind: 'stream-create', uid: stream.uid, hrefs }];
}

/** @returns what makes the destination volumes that are to be made, and the new sessions */
export async function insertSessions(
  manager: EntityManager,
  stream: Pick<Stream, 'id'>,
  all: readonly SessionEnds[],
  membership: CopySession['membership'],
): Promise<{ volumes: NewOperation[]; hrefs: string[] }> {
  const volumes: NewOperation[] = [];
  const hrefs: string[] = [];
  for (const ends of all) {
    const { source } = ends;
    let destination: { id: number };
    if ('destination' in ends) destination = ends.destination;
    else {
      const { sizeBytes, writeCache, allowedClients } = source;
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
      volumes.push(made);
      destination = made;
    }
    const { id } = await manager.save(
      manager.create(CopySession, {
        uid: newUid<SessionUid>(),
        stream: { id: stream.id },
        slot: (await manager.findOneByOrFail(Volume, { id: source.id })).slot,
        membership,
        sourceVolume: { id: source.id },
        destinationVolume: { id: destination.id },
        requestor: requestContext()?.requestor ?? 'system',
        createdTime: new Date(),
      }),
    );
    hrefs.push(sessionHref(id));
  }
  return { volumes, hrefs };
}
