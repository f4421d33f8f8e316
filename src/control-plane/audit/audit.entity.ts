import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One call that changed something, or tried to. */
@Entity('audit')
@Index('audit_time_idx', ['time'])
export class AuditRow {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('timestamptz', { default: () => 'now()' })
  time!: Date;

  /** Null for who is not known: what was typed as a name that no user has may be a password. */
  @Column('text', { nullable: true })
  userName!: string | null;

  @Column('text', { nullable: true })
  role!: string | null;

  /** The API token that the user came by. */
  @Column('integer', { nullable: true })
  tokenId!: number | null;

  /** Address. */
  @Column('text')
  client!: string;

  @Column('text')
  method!: string;

  /** Without the query. */
  @Column('text')
  path!: string;

  @Column('text', { nullable: true })
  resourceHref!: string | null;

  @Column('integer', { nullable: true })
  jobId!: number | null;

  /** `Success`, or the registry's name of the refusal; `Unknown` until the call has ended. */
  @Column('text')
  result!: string;

  @Column('text')
  requestId!: string;
}
