import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { RevisionMark } from '../../node-api/revision-mark.js';
import { bigintAsNumber } from '../database/bigint.js';

/** So many revisions, and changes, are remembered: a node that knows an older one is taken at its word. */
const REMEMBERED = 100_000;

/** By what right the nodes are commanded. There is one row. */
@Entity('authority')
export class Authority {
  /** Always 1. */
  @PrimaryColumn('integer')
  id!: number;

  /** Number of the latest revision. */
  @Column('bigint', { transformer: bigintAsNumber })
  revision!: number;

  /** Made up by the worker that took the lead last: only that one may write what it found out. */
  @Column('uuid', { nullable: true })
  leader!: string | null;
}

/**
 * Every state that the desired state went through: one for each change and each new leader, written before any node hears of it. Nodes
 * keep the last that they were shown; one that is not here was made by a later state of a database that was restored from a copy.
 */
@Entity('revision')
export class Revision {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'revision_pkey', transformer: bigintAsNumber })
  number!: number;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'revision_pkey' })
  id!: string;
}

/** What is wanted of this node, volume or stream, or of a session of the stream, changed. Written by triggers, whatever changed it. */
@Entity('desired_change')
export class DesiredChange {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'desired_change_pkey',
  })
  id!: string;

  @Column('text')
  kind!: 'storage_node' | 'volume' | 'stream';

  @Column('uuid')
  uid!: string;
}

/**
 * To be called, with the lock of the desired state, by every transaction that changes it.
 * @param least the new revision is above this too
 */
export async function raiseRevision(manager: EntityManager, least = 0): Promise<void> {
  await manager.query(
    `WITH raised AS (UPDATE authority SET revision = greatest(revision, $1::bigint) + 1 RETURNING revision),
       forgotten AS (DELETE FROM revision WHERE number <= (SELECT revision FROM raised) - $2::bigint),
       told AS (DELETE FROM desired_change WHERE id <= (SELECT max(id) FROM desired_change) - $2::bigint)
     INSERT INTO revision (number, id) SELECT revision, gen_random_uuid() FROM raised`,
    [least, REMEMBERED],
  );
}

export async function takeLead(manager: EntityManager, leader: string): Promise<void> {
  await raiseRevision(manager);
  await manager.query('UPDATE authority SET leader = $1', [leader]);
}

/**
 * A leader that was paused long enough to lose the lead may still be in the middle of what it did.
 * @throws Refusal CONTROLLER_OUTDATED when another one leads
 */
export async function requireLead(manager: EntityManager, leader: string): Promise<void> {
  const { leader: present } = await manager.findOneByOrFail(Authority, { id: 1 });
  if (present !== leader) throw new Refusal('CONTROLLER_OUTDATED', 'another worker leads');
}

/** Whether the revision is of this database's past, or too old to tell. */
export async function isOfOurPast(manager: EntityManager, { number, id }: RevisionMark): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `SELECT 1 FROM revision WHERE number = $1 AND id = $2
     UNION ALL SELECT 1 FROM (SELECT min(number) AS oldest FROM revision) r WHERE oldest > $1`,
    [number, id],
  );
  return rows.length > 0;
}
