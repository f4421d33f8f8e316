import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Refusal, type RefusalDetail } from '../../errors/refusal.js';
import { newUid, type VolumeUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import { judgeVolume, type VolumeOperation, type VolumeUse } from '../../model/volume-operations.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import { BETWEEN_FIELDS, refuseFields } from '../http/validation.js';
import type { Job } from '../job/job.entity.js';
import { nodeById } from '../node/nodes.js';
import type { StorageNode } from '../node/storage-node.entity.js';
import { nextVolumeNumber } from '../node/volume-number.js';
import { Changes, type NewOperation } from '../worker/changes.js';
import { takenNames } from './taken-names.js';
import { volumeById, volumeHref, volumeRows } from './volume-view.js';
import { LOOPBACK_CLIENTS, type ChangeVolumeBody, type CreateVolumeBody } from './volume.dto.js';
import { Volume } from './volume.entity.js';

/** Creates, changes and deletes volumes. */
@Injectable()
export class Volumes {
  constructor(private readonly changes: Changes) {}

  create(body: CreateVolumeBody): Promise<Job> {
    const names = namesOf(body);
    const sizeBytes = sizeOf(body);
    const wrong = body[BETWEEN_FIELDS]();
    if (wrong.length > 0) throw refuseFields(wrong);
    return this.changes.make(async (manager) => {
      const node = await nodeForNewVolumes(manager, body.node_id);
      await requireFreeNames(manager, node.id, names);
      const operations: NewOperation[] = [];
      for (const name of names) {
        operations.push(
          await insertVolume(manager, {
            node,
            name,
            sizeBytes: sizeBytes!,
            writeCache: body.write_cache ?? 'Writeback',
            backing: body.backing ? { ...body.backing } : { type: 'File' },
            isOverwrite: body.overwrite ?? false,
            allowedClients: body.allowed_client_list ?? LOOPBACK_CLIENTS,
            isCopyProtected: body.is_copy_protection_enabled ?? false,
          }),
        );
      }
      const what = names.length === 1 ? `volume ${names[0]}` : `${names.length} volumes ${names[0]} to ${names.at(-1)}`;
      return { kind: 'volume.create', description: `Create ${what}`, operations };
    });
  }

  change(id: number, body: ChangeVolumeBody): Promise<Job> {
    const wrong = body[BETWEEN_FIELDS]();
    if (wrong.length > 0) throw refuseFields(wrong);
    return this.changes.make(async (manager) => {
      const volume = await volumeById(manager, id);
      await this.changes.requireIdle(manager, [volume.uid], 'VOLUME_BUSY');
      if (volume.isDeleted) throw new Refusal('VOLUME_BUSY', volume.name);
      const { name, sizeBytes, writeCache, allowedClients, isCopyProtected } = volume;
      const wanted = {
        name: body.name ?? name,
        sizeBytes: sizeOf(body) ?? sizeBytes,
        writeCache: body.write_cache ?? writeCache,
        allowedClients: body.allowed_client_list ?? allowedClients,
        isCopyProtected: body.is_copy_protection_enabled ?? isCopyProtected,
      };
      await judgeChange(manager, volume, wanted);
      await manager.update(Volume, { id }, wanted);
      return {
        kind: 'volume.change',
        description: `Change volume ${name}`,
        operations: [
          {
            kind: 'volume-change',
            uid: volume.uid,
            hrefs: [volumeHref(id)],
            before: { name, sizeBytes, writeCache, allowedClients, isCopyProtected },
          },
        ],
      };
    });
  }

  /** Opens a volume that is held, as it is. */
  release(id: number): Promise<Job> {
    return this.changes.make(async (manager) => {
      const volume = await volumeById(manager, id);
      await this.changes.requireIdle(manager, [volume.uid], 'VOLUME_BUSY');
      if (volume.isDeleted) throw new Refusal('VOLUME_BUSY', volume.name);
      if (volume.observed?.access !== 'Held') throw new Refusal('VOLUME_NOT_HELD', volume.name);
      return {
        kind: 'volume.release',
        description: `Release volume ${volume.name}`,
        operations: [{ kind: 'volume-release', uid: volume.uid, hrefs: [volumeHref(id)] }],
      };
    });
  }

  /** All or nothing, as far as it is known before the nodes are asked. */
  delete(ids: readonly number[], isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const volumes = await volumeRows(manager).where('volume.id IN (:...ids)', { ids }).orderBy('volume.id').getMany();
      const wrong = deletionProblems(ids, volumes, isForced);
      const [first] = wrong;
      if (first !== undefined) {
        const factor = wrong.map(({ message }) => message).join('; ');
        throw new Refusal(first.code, factor.slice(0, 500), wrong.length > 1 ? wrong.slice(0, 100) : []);
      }
      const uids = volumes.map((volume) => volume.uid);
      await this.changes.requireIdle(manager, uids, 'VOLUME_BUSY');
      await manager.update(Volume, { uid: In(uids) }, { isDeleted: true, isDeleteForced: isForced });
      const what = volumes.length === 1 ? `volume ${volumes[0]!.name}` : `${volumes.length} volumes`;
      return {
        kind: 'volume.delete',
        description: `Delete ${what}`,
        operations: volumes.map(({ id, uid, isDeleted, isDeleteForced }) => ({
          kind: 'volume-delete',
          uid,
          hrefs: [volumeHref(id)],
          before: { isDeleted, isDeleteForced },
        })),
      };
    });
  }
}

export interface NewVolume {
  readonly node: StorageNode;
  readonly name: string;
  readonly sizeBytes: number;
  readonly writeCache: VolumeSpec['writeCache'];
  readonly backing: VolumeSpec['backing'];
  readonly isOverwrite: boolean;
  readonly allowedClients: readonly string[];
  readonly isCopyProtected: boolean;
}

export async function insertVolume(
  manager: EntityManager,
  { node, allowedClients, ...wanted }: NewVolume,
): Promise<NewOperation & { readonly id: number }> {
  const { id, uid } = await manager.save(
    manager.create(Volume, {
      ...wanted,
      uid: newUid<VolumeUid>(),
      node: { id: node.id },
      number: await nextVolumeNumber(manager, node.id),
      allowedClients: [...allowedClients],
      createdTime: new Date(),
    }),
  );
  return { id, kind: 'volume-create', uid, hrefs: [volumeHref(id)] };
}

/** @throws Refusal NODE_NOT_FOUND, NODE_MAINTENANCE, NODE_BUSY while it is being registered */
async function nodeForNewVolumes(manager: EntityManager, id: number): Promise<StorageNode> {
  const node = await nodeById(manager, id);
  if (node.isInMaintenance) throw new Refusal('NODE_MAINTENANCE', node.name);
  if (!node.isEnrolled) throw new Refusal('NODE_BUSY', node.name);
  return node;
}

async function requireFreeNames(manager: EntityManager, nodeId: number, names: readonly string[]): Promise<void> {
  const taken = await takenNames(manager, nodeId, names);
  if (taken.length > 0) throw new Refusal('VOLUME_NAME_IN_USE', taken.slice(0, 10).join(', '));
}

async function judgeChange(
  manager: EntityManager,
  volume: Volume,
  wanted: Pick<Volume, 'name' | 'sizeBytes'>,
): Promise<void> {
  if (wanted.sizeBytes < volume.sizeBytes) throw new Refusal('VOLUME_SHRINK_REFUSED', 'capacity');
  if (wanted.sizeBytes > volume.sizeBytes) requireYes('grow', volume, 'capacity');
  requireYes('settings', volume, volume.name);
  if (wanted.name === volume.name) return;
  requireYes('rename', volume, 'name');
  await requireFreeNames(manager, volume.node.id, [wanted.name]);
}

function deletionProblems(ids: readonly number[], volumes: readonly Volume[], isForced: boolean): RefusalDetail[] {
  const byId = new Map(volumes.map((volume) => [volume.id, volume]));
  return ids.flatMap((id): RefusalDetail[] => {
    const volume = byId.get(id);
    if (!volume) return [{ code: 'VOLUME_NOT_FOUND', message: String(id) }];
    const verdict = judgeVolume(isForced ? 'delete-force' : 'delete', usesOf(volume));
    return verdict === 'yes' ? [] : [{ code: verdict, message: volume.name }];
  });
}

/** @throws Refusal with what forbids it */
function requireYes(operation: VolumeOperation, volume: Volume, factor: string): void {
  const verdict = judgeVolume(operation, usesOf(volume));
  if (verdict !== 'yes') throw new Refusal(verdict, factor);
}

function usesOf({ sourceSessions, destinationSessions, consistencyGroup, observed }: Volume): Set<VolumeUse> {
  const uses = new Set<VolumeUse>();
  if (sourceSessions.length + destinationSessions.length > 0) uses.add('In_Session');
  if (consistencyGroup) uses.add('In_Group');
  if ((observed?.connectionCount ?? 0) > 0) uses.add('Attached');
  return uses;
}

function namesOf({ name, count = 1 }: CreateVolumeBody): string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}${index + 1}`);
}

function sizeOf({ capacity, capacity_bytes }: ChangeVolumeBody): number | undefined {
  return capacity === undefined ? capacity_bytes : capacity * MIB;
}
