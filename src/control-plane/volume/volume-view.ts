import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { NodeIdentity } from '../../node-api/contract.js';
import { boxidOf, inMib, isStale } from '../node/node.dto.js';
import type { VolumeView } from './volume.dto.js';
import { Volume } from './volume.entity.js';

export function volumeHref(id: number): string {
  return `/api/v1/volume/${id}`;
}

/** Volumes with what their view needs: the node, and whether sessions use them. */
export function volumeRows(manager: EntityManager): SelectQueryBuilder<Volume> {
  return manager
    .createQueryBuilder(Volume, 'volume')
    .innerJoinAndSelect('volume.node', 'node')
    .leftJoinAndSelect('volume.consistencyGroup', 'consistency_group')
    .leftJoin('volume.sourceSessions', 'source_session')
    .addSelect('source_session.id')
    .leftJoin('volume.destinationSessions', 'destination_session')
    .addSelect('destination_session.id');
}

export async function volumeById(manager: EntityManager, id: number): Promise<Volume> {
  const volume = await volumeRows(manager).where('volume.id = :id', { id }).getOne();
  if (!volume) throw new Refusal('VOLUME_NOT_FOUND', String(id));
  return volume;
}

function nbdUri({ nbdAddress, isNbdTls }: NodeIdentity, volumeName: string): string {
  return `${isNbdTls ? 'nbds' : 'nbd'}://${nbdAddress}/${encodeURIComponent(volumeName)}`;
}

export function volumeView(volume: Volume): VolumeView {
  const { node, observed } = volume;
  const isLost = volume.isEstablished && observed === null;
  return {
    volume_id: volume.id,
    volume_number: volume.number,
    volume_href: volumeHref(volume.id),
    name: volume.name,
    node_id: node.id,
    boxid: boxidOf(node),
    status: volume.status,
    detail_status: isLost ? 'The node does not have it' : (observed?.detail ?? ''),
    type: 'Standard',
    capacity: inMib(volume.sizeBytes),
    capacity_bytes: volume.sizeBytes,
    used_capacity: observed && inMib(observed.usedBytes),
    used_capacity_bytes: observed && observed.usedBytes,
    usage: 'Block',
    uid: volume.uid,
    nbd_uri: node.identity && nbdUri(node.identity, volume.name),
    access: observed?.access ?? 'None',
    access_reason: observed ? observed.accessReason : isLost ? 'VOLUME_LOST' : null,
    write_cache: volume.writeCache,
    backing: { type: volume.backing.type, path: volume.backing.path ?? null },
    allowed_client_list: volume.allowedClients,
    is_copy_protection_enabled: volume.isCopyProtected,
    is_copy_source_volume: volume.sourceSessions.length > 0,
    is_copy_destination_volume: volume.destinationSessions.length > 0,
    consistencygroup_id: volume.consistencyGroup?.id ?? null,
    created_time: volume.createdTime.toISOString(),
    last_seen_time: node.lastSeenTime?.toISOString() ?? null,
    is_stale: isStale(node),
  };
}
