import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Failed logins with one name or from one address, in a table, so that all processes of the API count together. */
@Entity('login_failure')
export class LoginFailure {
  /** `address:` and the network, or `name:` and the SHA-256 of the name: what was typed as a name may be a password. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'login_failure_pkey' })
  key!: string;

  @Column('integer')
  failures!: number;

  /** Failures later than this are counted anew. */
  @Column('timestamptz')
  windowEnds!: Date;

  @Column('timestamptz', { nullable: true })
  lockedUntil!: Date | null;
}
