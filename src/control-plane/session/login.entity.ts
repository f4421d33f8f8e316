import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { User } from './user.entity.js';

/** One open session of a user. Only digests are kept: who reads the table cannot use its tokens. */
@Entity('login')
@Index('login_token_digest_key', ['tokenDigest'], { unique: true })
@Index('login_refresh_digest_key', ['refreshDigest'], { unique: true })
@Index('login_expires_at_idx', ['expiresAt'])
export class Login {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ManyToOne(() => User, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'login_user_id_fkey' })
  user!: Relation<User>;

  /** SHA-256 of the token, hex. */
  @Column('text')
  tokenDigest!: string;

  @Column('timestamptz')
  tokenExpiresAt!: Date;

  @Column('text', { nullable: true })
  refreshDigest!: string | null;

  /** When nothing of this session is of use any more. */
  @Column('timestamptz')
  expiresAt!: Date;
}
