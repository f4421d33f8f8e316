import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { EventSeverity, EventType } from '../../model/event.js';

/** Something that operators are told of. */
@Entity('event')
@Index('event_origin_key', ['nodeUid', 'runId', 'sequence'], { unique: true })
export class EventRow {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('timestamptz')
  time!: Date;

  @Column('text')
  severity!: EventSeverity;

  @Column('text')
  type!: EventType;

  /** What it is about, the chief thing first. */
  @Column('text', { array: true })
  resourceHrefs!: string[];

  @Column('text')
  message!: string;

  /** The node that told it, and under which number of which of its runs; null for what only the control plane knows. */
  @Column('uuid', { nullable: true })
  nodeUid!: string | null;

  @Column('text', { nullable: true })
  runId!: string | null;

  @Column('integer', { nullable: true })
  sequence!: number | null;
}
