import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { User, type Role } from '../session/user.entity.js';

/** A token for machines. It belongs to the user that made it, and goes with it. */
@Entity('api_token')
@Index('api_token_digest_key', ['digest'], { unique: true })
@Index('api_token_user_idx', ['user'])
export class ApiToken {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ManyToOne(() => User, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'api_token_user_id_fkey' })
  user!: Relation<User>;

  @Column('text')
  name!: string;

  /** As it was given; what the token may do is never more than its user may. */
  @Column('text')
  role!: Role;

  /** SHA-256 of the token, hex: who reads the table cannot use it. A token is 32 random bytes, so nothing slower is needed. */
  @Column('text')
  digest!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdTime!: Date;

  /** To the minute. */
  @Column('timestamptz', { nullable: true })
  lastUsedTime!: Date | null;

  /** Null: never. */
  @Column('timestamptz', { nullable: true })
  expiresAt!: Date | null;
}
