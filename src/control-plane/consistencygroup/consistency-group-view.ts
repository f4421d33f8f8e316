import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { DATA_STATES, SESSION_PHASES, type SessionStatus } from '../../model/session.js';
import type { ShownSession } from '../copysession/copy-session.entity.js';
import { Stream } from '../copysession/stream.entity.js';
import { inMib, isStale } from '../node/node.dto.js';
import type { ConsistencyGroupView, GroupStreamView } from './consistency-group-view.dto.js';
import { ConsistencyGroup } from './consistency-group.entity.js';

/** With its streams, which know it by its uid alone. */
export interface GroupRow extends ConsistencyGroup {
  readonly streams: readonly Stream[];
}

/** From what needs an operator most to what needs none. */
const WORST_FIRST: readonly SessionStatus[] = ['Error', 'Halt', 'Suspend', 'Reserved', 'Active'];

export function groupHref(id: number): string {
  return `/api/v1/consistencygroup/${id}`;
}

/** Groups with what their view needs. */
export function groupRows(manager: EntityManager): SelectQueryBuilder<GroupRow> {
  return manager
    .createQueryBuilder(ConsistencyGroup, 'consistency_group')
    .innerJoinAndSelect('consistency_group.node', 'node')
    .leftJoinAndSelect('consistency_group.volumes', 'volume')
    .leftJoinAndMapMany('consistency_group.streams', Stream, 'stream', 'stream.groupUid = consistency_group.uid')
    .leftJoinAndSelect('stream.destinationNode', 'destination_node')
    .leftJoinAndSelect('stream.sessions', 'session')
    .leftJoinAndSelect('session.views', 'view', 'view.nodeId = session.shownNodeId')
    .leftJoinAndSelect(
      'view.node',
      'shown_node',
    ) as SelectQueryBuilder<ConsistencyGroup> as SelectQueryBuilder<GroupRow>;
}

export async function groupById(manager: EntityManager, id: number): Promise<GroupRow> {
  const group = await groupRows(manager).where('consistency_group.id = :id', { id }).getOne();
  if (!group) throw new Refusal('GROUP_NOT_FOUND', String(id));
  return group;
}

export function groupView({ id, name, node, volumes, srlSizeMb, streams }: GroupRow): ConsistencyGroupView {
  const states = streams.flatMap(statesOf);
  const inLog = states.filter(({ loggingTo }) => loggingTo === 'Srl').map(({ lag }) => lag.bytes);
  const usedBytes = states.length === 0 ? null : Math.max(0, ...inLog);
  return {
    consistencygroup_id: id,
    consistencygroup_href: groupHref(id),
    name,
    node_id: node.id,
    volume_id_list: volumes.map((volume) => volume.id).sort((one, other) => one - other),
    srl_size_mb: srlSizeMb,
    srl_used: usedBytes === null ? null : inMib(usedBytes),
    srl_used_bytes: usedBytes,
    stream_list: [...streams].sort((one, other) => one.id - other.id).map(streamView),
    epoch: states.length === 0 ? null : Math.max(...states.map(({ epoch }) => epoch.number)),
  };
}

function statesOf({ sessions }: Stream): ShownSession[] {
  return sessions.flatMap(({ views }) => views.map(({ observed }) => observed));
}

function streamView(stream: Stream): GroupStreamView {
  const sessions = [...stream.sessions].sort((one, other) => one.id - other.id);
  const states = sessions.flatMap(({ views }) => views.map(({ observed }) => observed));
  // What is said of the whole stream is the same at each of its members; a volume that joins is none yet.
  const state = states.find(({ isJoining }) => !isJoining) ?? states[0] ?? null;
  const isStaleView = sessions.some(({ views }) => views.length === 0 || views.some(({ node }) => isStale(node)));
  const statuses = sessions.map(({ status }) => status);
  const phases = sessions.map(({ phase }) => phase);
  const dataStates = states.map(({ dataState }) => dataState);
  return {
    destination_node_id: stream.destinationNode.id,
    status: WORST_FIRST.find((status) => statuses.includes(status)) ?? 'Reserved',
    phase: SESSION_PHASES.find((phase) => phases.includes(phase)) ?? 'No_Pair',
    transfer_mode: stream.settings.transferMode,
    effective_mode: state && state.effectiveMode,
    data_state: DATA_STATES.findLast((dataState) => dataStates.includes(dataState)) ?? null,
    logging_to: state && state.loggingTo,
    lag: state && { ...state.lag, is_stale: isStaleView || !state.isLinkUp },
    rpo_seconds: stream.settings.rpoSeconds,
    is_rpo_breached: state && state.isRpoBreached,
    copysession_id_list: sessions.map(({ id }) => id),
  };
}
