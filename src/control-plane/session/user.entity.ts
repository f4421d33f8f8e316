import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, Raw, type FindOperator } from 'typeorm';

/** What a user may do: `admin` everything, `operator` all but users, tokens and nodes, `monitor` reads. */
export const ROLES = ['monitor', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

@Entity('app_user')
// Unique whatever the case of its letters, which TypeORM cannot express; made by the migration.
@Index('app_user_name_key', { synchronize: false })
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

export function userHref(id: number): string {
  return `/api/v1/user/${id}`;
}

/** `findBy(User, { name: isNamed('Alice') })` also finds alice: nobody shall be taken for another by the case of a letter. */
export function isNamed(name: string): FindOperator<string> {
  return Raw((column) => `lower(${column} COLLATE "C") = lower(:name COLLATE "C")`, { name });
}
