import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  COMPRESSIONS,
  INITIAL_COPIES,
  DATA_STATES,
  LATENCY_POLICIES,
  LOGGING_TO,
  RECOVERY_MODES,
  SESSION_PHASES,
  SESSION_STATUSES,
  SPLIT_MODES,
  SRL_PROTECTIONS,
  TRANSFER_MODES,
} from '../../model/session.js';

export class LagView {
  @ApiProperty({ description: 'Writes that the destination does not hold durably; regions while logging_to is Dcm.' })
  writes!: number;
  @ApiProperty()
  bytes!: number;
  @ApiProperty({ format: 'double', description: 'Age of the oldest of them; 0 when there is none.' })
  seconds!: number;
  @ApiProperty({ description: 'One of the nodes was not heard of late.' })
  is_stale!: boolean;
}

export class LatencyProtectionView {
  @ApiProperty({ enum: LATENCY_POLICIES, enumName: 'LatencyPolicy' })
  policy!: string;
  @ApiProperty()
  high_mark!: number;
  @ApiProperty()
  low_mark!: number;
}

export class PathView {
  @ApiProperty({ description: 'host:port of the destination.' })
  address!: string;
  @ApiProperty()
  is_up!: boolean;
  @ApiProperty({ description: 'The connection goes this way now.' })
  is_in_use!: boolean;
}

export class CopySessionAnswer {
  @ApiProperty()
  copysession_id!: number;
  @ApiProperty({ example: '/api/v1/copysession/1' })
  copysession_href!: string;
  @ApiProperty({ enum: ['REC'] })
  type!: 'REC';
  @ApiProperty({ enum: SESSION_STATUSES, enumName: 'SessionStatus' })
  status!: string;
  @ApiProperty({ enum: SESSION_PHASES, enumName: 'SessionPhase' })
  phase!: string;
  @ApiProperty({ type: Number, nullable: true })
  error_code!: number | null;
  @ApiProperty({ type: String, nullable: true })
  error_message!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  error_occurrence_time!: string | null;
  @ApiProperty({ enum: TRANSFER_MODES, enumName: 'TransferMode' })
  transfer_mode!: string;
  @ApiProperty({
    enum: [...TRANSFER_MODES, 'Through'],
    nullable: true,
    description: 'What acknowledges now; Through while a change passes.',
  })
  effective_mode!: string | null;
  @ApiProperty({ enum: SPLIT_MODES, enumName: 'SplitMode' })
  split_mode!: string;
  @ApiProperty({ enum: RECOVERY_MODES, enumName: 'RecoveryMode' })
  recovery_mode!: string;
  @ApiProperty({ enum: ['Totally'] })
  copy_range!: 'Totally';
  @ApiProperty()
  source_volume_id!: number;
  @ApiProperty()
  source_volume_number!: number;
  @ApiProperty()
  source_volume_href!: string;
  @ApiProperty()
  source_volume_name!: string;
  @ApiProperty()
  source_node_id!: number;
  @ApiProperty()
  source_boxid!: string;
  @ApiProperty()
  destination_volume_id!: number;
  @ApiProperty()
  destination_volume_number!: number;
  @ApiProperty()
  destination_volume_href!: string;
  @ApiProperty()
  destination_volume_name!: string;
  @ApiProperty()
  destination_node_id!: number;
  @ApiProperty()
  destination_boxid!: string;
  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of the source volume; null when it is a group of its own.',
  })
  consistencygroup_id!: number | null;
  @ApiProperty({ description: 'Seconds since it was made.' })
  elapsed_time!: number;
  @ApiProperty()
  total_data_size!: number;
  @ApiProperty()
  total_data_size_bytes!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'MiB that are not known to be equal.' })
  uncopied_data_size!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  uncopied_data_size_bytes!: number | null;
  @ApiProperty({ type: Number, format: 'double', nullable: true })
  progress!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  transferred_bytes!: number | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'Time of the last suspend.' })
  backup_time!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['Success', 'Error'],
    description: 'Of the last suspend together with others.',
  })
  concurrent_suspend_result!: string | null;
  @ApiProperty({ type: Number, format: 'double', nullable: true })
  remain_time_to_finish_suspend!: number | null;
  @ApiProperty()
  requestor!: string;
  @ApiProperty({ description: 'Bytes that one bit of the change map stands for.' })
  resolution!: number;
  @ApiProperty({ enum: DATA_STATES, nullable: true })
  data_state!: string | null;
  @ApiProperty({ enum: LOGGING_TO, nullable: true })
  logging_to!: string | null;
  @ApiProperty({ type: LagView, nullable: true })
  lag!: LagView | null;
  @ApiProperty({ description: 'A lag beyond this is a breach; 0 is no watch.' })
  rpo_seconds!: number;
  @ApiProperty({ type: Boolean, nullable: true })
  is_rpo_breached!: boolean | null;
  @ApiProperty({
    enum: ['None', 'Log_Share', 'Latency'],
    nullable: true,
    description: 'Why host writes wait for this session just now.',
  })
  throttle!: string | null;
  @ApiProperty({ type: Boolean, nullable: true, description: 'The volume is copied beside its group, to join it.' })
  is_joining!: boolean | null;
  @ApiProperty({ type: [PathView] })
  path_list!: PathView[];
  @ApiProperty({ type: Number, nullable: true })
  epoch!: number | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When one end last heard the other.' })
  last_heard_time!: string | null;
  @ApiProperty({ enum: SRL_PROTECTIONS, enumName: 'SrlProtection' })
  srl_protection!: string;
  @ApiProperty()
  srl_share_mb!: number;
  @ApiProperty()
  srl_size_mb!: number;
  @ApiProperty()
  heartbeat_timeout_seconds!: number;
  @ApiProperty()
  max_write_delay_ms!: number;
  @ApiProperty()
  startup_wait_seconds!: number;
  @ApiProperty({ type: LatencyProtectionView })
  latency_protection!: LatencyProtectionView;
  @ApiProperty({ description: '10^6 bits a second; 0 is unlimited.' })
  bandwidth_limit_mbps!: number;
  @ApiProperty({ enum: COMPRESSIONS, enumName: 'Compression' })
  compression!: string;
  @ApiProperty({ enum: INITIAL_COPIES, enumName: 'InitialCopy' })
  initial_copy!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When the node whose view this is was last seen.',
  })
  last_seen_time!: string | null;
  @ApiProperty({ description: 'That node was not heard of late: the state is what was last known.' })
  is_stale!: boolean;
}

export class SessionStatisticsView {
  @ApiProperty()
  copysession_id!: number;
  @ApiProperty({ type: String, nullable: true, enum: ['source', 'destination'], description: 'The end that counted.' })
  end!: string | null;
  @ApiProperty()
  messages_sent!: number;
  @ApiProperty()
  messages_received!: number;
  @ApiProperty({ format: 'double' })
  round_trip_ms!: number;
  @ApiProperty()
  timeouts!: number;
  @ApiProperty()
  gaps!: number;
  @ApiProperty()
  checksum_errors!: number;
  @ApiProperty()
  reconnects!: number;
  @ApiProperty({ description: 'Times that the copy got nowhere for a minute though connected.' })
  stalls!: number;
  @ApiProperty({ description: 'Log records and regions sent.' })
  blocks_sent!: number;
  @ApiProperty({ description: 'Log records and regions that had to be sent again.' })
  retries!: number;
  @ApiProperty({ description: 'Payload before compression.' })
  payload_bytes!: number;
  @ApiProperty({ description: 'What went over the link for it.' })
  wire_bytes!: number;
  @ApiProperty({ type: Number, format: 'double', nullable: true, description: 'payload_bytes to wire_bytes.' })
  compression_ratio!: number | null;
  @ApiProperty({ description: 'Times that the share of the log was used up.' })
  overflows!: number;
  @ApiProperty({ description: 'Times that host writes had to wait for this session.' })
  throttles!: number;
  @ApiProperty({ description: 'For how long in all, milliseconds.' })
  throttled_ms!: number;
  @ApiProperty({ description: 'Payload bytes since the session was made, resync and log together.' })
  transferred_bytes!: number;
  @ApiProperty()
  resync_bytes!: number;
  @ApiPropertyOptional({
    format: 'double',
    description: 'With ?interval=: the seconds that the differences are over; null while there are none yet.',
    type: Number,
    nullable: true,
  })
  interval_seconds?: number | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  last_seen_time!: string | null;
  @ApiProperty()
  is_stale!: boolean;
}

export class BackupVolumeView {
  @ApiProperty()
  volume_id!: number;
  @ApiProperty()
  volume_href!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  node_id!: number;
  @ApiProperty()
  copysession_id!: number;
  @ApiProperty()
  copysession_href!: string;
  @ApiProperty({ enum: ['REC'] })
  type!: 'REC';
  @ApiProperty({ enum: SESSION_STATUSES, enumName: 'SessionStatus' })
  status!: string;
  @ApiProperty({ enum: SESSION_PHASES, enumName: 'SessionPhase' })
  phase!: string;
  @ApiProperty({ enum: TRANSFER_MODES, enumName: 'TransferMode' })
  transfer_mode!: string;
}

/** A volume and what copies it has. */
export class VolumeCopySessionView {
  @ApiProperty()
  volume_id!: number;
  @ApiProperty()
  volume_number!: number;
  @ApiProperty()
  volume_href!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  node_id!: number;
  @ApiProperty()
  is_copy_source_volume!: boolean;
  @ApiProperty()
  is_copy_destination_volume!: boolean;
  @ApiProperty({ type: [BackupVolumeView], description: 'The destinations of its copy sessions.' })
  backup_volume_list!: BackupVolumeView[];
}
