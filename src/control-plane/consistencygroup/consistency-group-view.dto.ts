import { ApiProperty } from '@nestjs/swagger';
import { DATA_STATES, LOGGING_TO, SESSION_PHASES, SESSION_STATUSES, TRANSFER_MODES } from '../../model/session.js';
import { LagView } from '../copysession/copy-session-view.dto.js';

/** A group's replication to one node. */
export class GroupStreamView {
  @ApiProperty()
  destination_node_id!: number;
  @ApiProperty({ enum: SESSION_STATUSES, enumName: 'SessionStatus', description: 'Of its worst session.' })
  status!: string;
  @ApiProperty({ enum: SESSION_PHASES, enumName: 'SessionPhase', description: 'Of its session that is least far.' })
  phase!: string;
  @ApiProperty({ enum: TRANSFER_MODES, enumName: 'TransferMode' })
  transfer_mode!: string;
  @ApiProperty({ enum: [...TRANSFER_MODES, 'Through'], nullable: true })
  effective_mode!: string | null;
  @ApiProperty({ enum: DATA_STATES, nullable: true })
  data_state!: string | null;
  @ApiProperty({ enum: LOGGING_TO, nullable: true })
  logging_to!: string | null;
  @ApiProperty({ type: LagView, nullable: true })
  lag!: LagView | null;
  @ApiProperty()
  rpo_seconds!: number;
  @ApiProperty({ type: Boolean, nullable: true })
  is_rpo_breached!: boolean | null;
  @ApiProperty({ type: [Number] })
  copysession_id_list!: number[];
}

export class ConsistencyGroupView {
  @ApiProperty()
  consistencygroup_id!: number;
  @ApiProperty({ example: '/api/v1/consistencygroup/1' })
  consistencygroup_href!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty({ description: 'Where its volumes are.' })
  node_id!: number;
  @ApiProperty({ type: [Number] })
  volume_id_list!: number[];
  @ApiProperty({ description: 'Size of its log at each end, MiB.' })
  srl_size_mb!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'MiB of the log that some destination still needs.' })
  srl_used!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  srl_used_bytes!: number | null;
  @ApiProperty({ type: [GroupStreamView] })
  stream_list!: GroupStreamView[];
  @ApiProperty({ type: Number, nullable: true })
  epoch!: number | null;
}
