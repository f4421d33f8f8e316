import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What a user may do: `admin` everything, `operator` all but users, tokens and nodes, `monitor` reads. */
export const ROLES = ['monitor', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

@Entity('app_user')
@Index('app_user_name_key', ['name'], { unique: true })
export class User {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('text')
  name!: string;

  @Column('text')
  role!: Role;

  /** argon2id, in its own text form. */
  @Column('text')
  passwordHash!: string;

  @Column('boolean', { default: true })
  isEnabled!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdTime!: Date;
}
