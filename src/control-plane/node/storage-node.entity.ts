import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { ErrorName } from '../../errors/registry.js';
import type { NodeUid } from '../../model/ids.js';
import type { NodeIdentity, NodeSpec, NodeState } from '../../node-api/contract.js';

export const NODE_STATUSES = ['Online', 'Offline', 'Maintenance', 'Error'] as const;
export type NodeStatus = (typeof NODE_STATUSES)[number];

/** What a node says of itself, without its volumes and sessions. */
export type NodeFigures = Pick<NodeState, 'runCounter' | 'runIds' | 'capacityBytes' | 'usedBytes' | 'srlUsedBytes'>;

@Entity('storage_node')
@Index('storage_node_uid_key', ['uid'], { unique: true })
@Index('storage_node_name_key', ['name'], { unique: true })
export class StorageNode {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column('uuid')
  uid!: NodeUid;

  @Column('text')
  name!: string;

  /** host:port of its admin server. */
  @Column('text')
  address!: string;

  /** SHA-256 of its certificate: whoever answers with another one is another node. */
  @Column('text')
  fingerprint!: string;

  @Column('boolean', { default: false })
  isInMaintenance!: boolean;

  /** Volumes that the node, as their source, copies at once. */
  @Column('integer', { default: 20 })
  copyConcurrency!: number;

  /** As the node printed it; forgotten once the node knows this control plane. */
  @Column('text', { nullable: true })
  enrolmentToken!: string | null;

  @Column('boolean', { default: false })
  isEnrolled!: boolean;

  /** The last spec that the node confirmed. */
  @Column('jsonb', { nullable: true })
  appliedSpec!: NodeSpec | null;

  @Column('jsonb', { nullable: true })
  identity!: NodeIdentity | null;

  @Column('jsonb', { nullable: true })
  figures!: NodeFigures | null;

  /** Derived when observations are saved, so that lists can be filtered by it. */
  @Column('text', { default: 'Offline' })
  status!: NodeStatus;

  /** Why it cannot be used, while it cannot. */
  @Column('text', { nullable: true })
  unreachableCode!: ErrorName | null;

  @Column('timestamptz', { nullable: true })
  unreachableSince!: Date | null;

  /** The age of everything observed at this node. */
  @Column('timestamptz', { nullable: true })
  lastSeenTime!: Date | null;

  /** The database turned out to be an old copy: what the node shows next holds, and what the database says of it does not. */
  @Column('boolean', { default: false })
  isTruth!: boolean;

  @Column('integer', { default: 1 })
  nextVolumeNumber!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdTime!: Date;
}
