import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { decodeEnrolmentToken } from '../../node-api/enrolment-token.js';
import { ConsistencyGroup } from '../consistencygroup/consistency-group.entity.js';
import { Stream } from '../copysession/stream.entity.js';
import type { Job } from '../job/job.entity.js';
import { Volume } from '../volume/volume.entity.js';
import { Changes } from '../worker/changes.js';
import { leaveTombstones } from '../worker/tombstone.entity.js';
import { nodeHref, type ChangeNodeBody, type CreateNodeBody } from './node.dto.js';
import { StorageNode } from './storage-node.entity.js';

/** Registers, changes and forgets storage nodes. */
@Injectable()
export class Nodes {
  constructor(private readonly changes: Changes) {}

  create(body: CreateNodeBody): Promise<Job> {
    const token = decodeEnrolmentToken(body.enrolment_token);
    return this.changes.make(async (manager) => {
      if (await manager.existsBy(StorageNode, { uid: token.nodeUid })) {
        throw new Refusal('NODE_ALREADY_REGISTERED', body.name);
      }
      await requireFreeName(manager, body.name);
      const node = await manager.save(
        manager.create(StorageNode, {
          uid: token.nodeUid,
          name: body.name,
          address: body.address,
          fingerprint: token.fingerprint,
          enrolmentToken: body.enrolment_token.trim(),
        }),
      );
      return {
        kind: 'node.create',
        description: `Register storage node ${body.name}`,
        operations: [{ kind: 'node-create', uid: node.uid, hrefs: [nodeHref(node.id)] }],
      };
    });
  }

  change(id: number, body: ChangeNodeBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const node = await nodeById(manager, id);
      await this.changes.requireIdle(manager, [node.uid], 'NODE_BUSY');
      if (body.name !== undefined && body.name !== node.name) await requireFreeName(manager, body.name);
      const { name, address, isInMaintenance, copyConcurrency } = node;
      await manager.update(
        StorageNode,
        { id },
        {
          name: body.name ?? name,
          address: body.address ?? address,
          isInMaintenance: body.is_in_maintenance ?? isInMaintenance,
          copyConcurrency: body.copy_concurrency ?? copyConcurrency,
        },
      );
      return {
        kind: 'node.change',
        description: `Change storage node ${name}`,
        operations: [
          {
            kind: 'node-change',
            uid: node.uid,
            hrefs: [nodeHref(id)],
            before: { name, address, isInMaintenance, copyConcurrency },
          },
        ],
      };
    });
  }

  /** Forgets the node; with force also what is on it. Sessions with living nodes are removed there, and here when it returns. */
  delete(id: number, isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const node = await nodeById(manager, id);
      const volumes = await manager.findBy(Volume, { node: { id } });
      if (volumes.length > 0 && !isForced) throw new Refusal('NODE_HAS_VOLUMES', node.name);
      await this.changes.abandon(manager, [node.uid, ...volumes.map((volume) => volume.uid)], node.name);
      await this.forgetStreams(manager, id, node.name);
      await manager.delete(Volume, { node: { id } });
      await manager.delete(ConsistencyGroup, { node: { id } });
      await manager.delete(StorageNode, { id });
      return {
        kind: 'node.delete',
        description: `Delete storage node ${node.name}`,
        operations: [],
        hrefs: [nodeHref(id)],
      };
    });
  }

  private async forgetStreams(manager: EntityManager, id: number, factor: string): Promise<void> {
    const streams = await manager.find(Stream, {
      where: [{ sourceNode: { id } }, { destinationNode: { id } }],
      relations: { sourceNode: true, destinationNode: true, sessions: true },
    });
    for (const { id: streamId, uid, sourceNode, destinationNode, sessions } of streams) {
      await this.changes.abandon(manager, [uid], factor);
      for (const session of sessions) {
        await leaveTombstones(manager, 'session', session.uid, [sourceNode.uid, destinationNode.uid]);
      }
      await manager.delete(Stream, { id: streamId });
    }
  }
}

export async function nodeById(manager: EntityManager, id: number): Promise<StorageNode> {
  const node = await manager.findOneBy(StorageNode, { id });
  if (!node) throw new Refusal('NODE_NOT_FOUND', String(id));
  return node;
}

/** Also refuses the name that a node gets back if its unfinished renaming fails. */
async function requireFreeName(manager: EntityManager, name: string): Promise<void> {
  const taken: unknown[] = await manager.query(
    `SELECT 1 FROM storage_node WHERE name = $1
     UNION SELECT 1 FROM job_operation WHERE kind = 'node-change' AND before->>'name' = $1`,
    [name],
  );
  if (taken.length > 0) throw new Refusal('NODE_NAME_IN_USE', name);
}
