import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { ERRORS } from '../../errors/registry.js';
import { Refusal } from '../../errors/refusal.js';
import type { SessionSettings } from '../../model/session.js';
import { MIB, REGION_BYTES } from '../../model/sizes.js';
import { boxidOf, inMib, isStale } from '../node/node.dto.js';
import type { StorageNode } from '../node/storage-node.entity.js';
import { volumeHref } from '../volume/volume-view.js';
import type { Volume } from '../volume/volume.entity.js';
import { CopySession, type CopySessionView } from './copy-session.entity.js';
import type { CopySessionAnswer, VolumeCopySessionView } from './copy-session-view.dto.js';

export function sessionHref(id: number): string {
  return `/api/v1/copysession/${id}`;
}

/** Sessions with what an answer shows, and no more: there may be a thousand in one. */
export function sessionRows(manager: EntityManager): SelectQueryBuilder<CopySession> {
  const ofStream = ['id', 'settings', 'srlSizeBytes', 'lostTime', 'suspendedTime', 'concurrentSuspendResult'];
  const ofVolume = ['id', 'number', 'name', 'sizeBytes'];
  const ofNode = ['id', 'uid', 'unreachableSince', 'lastSeenTime'];
  const columns = (alias: string, names: readonly string[]): string[] => names.map((name) => `${alias}.${name}`);
  return manager
    .createQueryBuilder(CopySession, 'session')
    .innerJoin('session.stream', 'stream')
    .addSelect(columns('stream', ofStream))
    .innerJoin('session.sourceVolume', 'source_volume')
    .addSelect(columns('source_volume', ofVolume))
    .innerJoin('source_volume.node', 'source_node')
    .addSelect(columns('source_node', ofNode))
    .leftJoin('source_volume.consistencyGroup', 'consistency_group')
    .addSelect('consistency_group.id')
    .innerJoin('session.destinationVolume', 'destination_volume')
    .addSelect(columns('destination_volume', ofVolume))
    .innerJoin('destination_volume.node', 'destination_node')
    .addSelect(columns('destination_node', ofNode))
    .leftJoinAndSelect('session.views', 'view', 'view.nodeId = session.shownNodeId');
}

export async function sessionById(manager: EntityManager, id: number): Promise<CopySession> {
  const session = await sessionRows(manager).where('session.id = :id', { id }).getOne();
  if (!session) throw new Refusal('SESSION_NOT_FOUND', String(id));
  return session;
}

/** The node whose view of the session is shown; its source before there is one. */
export function shownNode({ sourceVolume, destinationVolume, shownNodeId }: CopySession): StorageNode {
  return shownNodeId === destinationVolume.node.id ? destinationVolume.node : sourceVolume.node;
}

export function sessionView(session: CopySession): CopySessionAnswer {
  const node = shownNode(session);
  const stale = isStale(node);
  const { stream } = session;
  const { settings } = stream;
  return {
    copysession_id: session.id,
    copysession_href: sessionHref(session.id),
    type: 'REC',
    status: session.status,
    phase: session.phase,
    transfer_mode: settings.transferMode,
    split_mode: settings.splitMode,
    recovery_mode: settings.recoveryMode,
    copy_range: 'Totally',
    ...sourceFields(session.sourceVolume),
    ...destinationFields(session.destinationVolume),
    consistencygroup_id: session.sourceVolume.consistencyGroup?.id ?? null,
    elapsed_time: Math.max(0, Math.floor((Date.now() - session.createdTime.getTime()) / 1000)),
    total_data_size: inMib(session.sourceVolume.sizeBytes),
    total_data_size_bytes: session.sourceVolume.sizeBytes,
    ...observedFields(session.views[0], stale),
    ...lossFields(session),
    backup_time: stream.suspendedTime?.toISOString() ?? null,
    concurrent_suspend_result: stream.concurrentSuspendResult,
    remain_time_to_finish_suspend: session.status === 'Suspend' ? 0 : null,
    requestor: session.requestor,
    resolution: REGION_BYTES,
    srl_protection: settings.srlProtection,
    srl_share_mb: settings.srlShareMb,
    srl_size_mb: stream.srlSizeBytes / MIB,
    heartbeat_timeout_seconds: settings.heartbeatTimeoutSeconds,
    max_write_delay_ms: settings.maxWriteDelayMs,
    startup_wait_seconds: settings.startupWaitSeconds,
    ...asynchronousFields(settings),
    initial_copy: settings.initialCopy,
    last_seen_time: node.lastSeenTime?.toISOString() ?? null,
    is_stale: stale,
  };
}

function sourceFields(volume: Volume) {
  return {
    source_volume_id: volume.id,
    source_volume_number: volume.number,
    source_volume_href: volumeHref(volume.id),
    source_volume_name: volume.name,
    source_node_id: volume.node.id,
    source_boxid: boxidOf(volume.node),
  };
}

function destinationFields(volume: Volume) {
  return {
    destination_volume_id: volume.id,
    destination_volume_number: volume.number,
    destination_volume_href: volumeHref(volume.id),
    destination_volume_name: volume.name,
    destination_node_id: volume.node.id,
    destination_boxid: boxidOf(volume.node),
  };
}

function observedFields(view: CopySessionView | undefined, isStaleView: boolean) {
  const state = view?.observed ?? null;
  return {
    error_code: state?.error ? ERRORS[state.error.code].code : null,
    error_message: state?.error?.message ?? null,
    error_occurrence_time: state?.error?.time ?? null,
    effective_mode: state?.effectiveMode ?? null,
    uncopied_data_size: state && inMib(state.uncopiedBytes),
    uncopied_data_size_bytes: state && state.uncopiedBytes,
    progress: state && progressOf(state.totalBytes, state.uncopiedBytes),
    transferred_bytes: state && state.transferredBytes,
    data_state: state && state.dataState,
    logging_to: state && state.loggingTo,
    lag: state && { ...state.lag, is_stale: isStaleView || !state.isLinkUp },
    is_rpo_breached: state && state.isRpoBreached,
    throttle: state && state.throttle,
    is_joining: state && state.isJoining,
    path_list: (state?.paths ?? []).map(({ address, isUp, isInUse }) => ({
      address,
      is_up: isUp,
      is_in_use: isInUse,
    })),
    epoch: state && state.epoch.number,
    last_heard_time: state && state.lastHeardTime,
  };
}

function asynchronousFields({ latencyProtection, bandwidthLimitMbps, compression, rpoSeconds }: SessionSettings) {
  const { policy, highMark, lowMark } = latencyProtection;
  return {
    latency_protection: { policy, high_mark: highMark, low_mark: lowMark },
    bandwidth_limit_mbps: bandwidthLimitMbps,
    compression,
    rpo_seconds: rpoSeconds,
  };
}

/** A loss is the control plane's finding; it stands before what is wrong at a node. */
function lossFields({ id, stream: { lostTime } }: CopySession) {
  if (lostTime === null) return {};
  const { row, message } = new Refusal('SESSION_LOST', String(id));
  return { error_code: row.code, error_message: message, error_occurrence_time: lostTime.toISOString() };
}

/** Percent, rounded down: 100 is only said when nothing is left. */
function progressOf(totalBytes: number, uncopiedBytes: number): number {
  if (uncopiedBytes <= 0) return 100;
  return Math.min(99, Math.floor((100 * (totalBytes - uncopiedBytes)) / totalBytes));
}

/** The volume's sessions with their destination volumes must be loaded. */
export function volumeCopySessionView(volume: Volume): VolumeCopySessionView {
  return {
    volume_id: volume.id,
    volume_number: volume.number,
    volume_href: volumeHref(volume.id),
    name: volume.name,
    node_id: volume.node.id,
    is_copy_source_volume: volume.sourceSessions.length > 0,
    is_copy_destination_volume: volume.destinationSessions.length > 0,
    backup_volume_list: volume.sourceSessions.map((session) => ({
      volume_id: session.destinationVolume.id,
      volume_href: volumeHref(session.destinationVolume.id),
      name: session.destinationVolume.name,
      node_id: session.destinationVolume.node.id,
      copysession_id: session.id,
      copysession_href: sessionHref(session.id),
      type: 'REC',
      status: session.status,
      phase: session.phase,
      transfer_mode: session.stream.settings.transferMode,
    })),
  };
}
