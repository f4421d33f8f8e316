/** One kind of job, from a start that it needs, and what scenarios look at. */
import { expect } from '@jest/globals';
import type { Limits } from '../../src/control-plane/worker/desired.js';
import type { CrashWorld } from './crash-world.js';
import type { JobAnswer } from './fake-installation.js';

export interface Scenario {
  readonly name: string;
  readonly limits?: Partial<Limits>;
  /** From the base: two nodes with three volumes each, two of them copied from a to b, Equivalent. */
  prepare?(world: CrashWorld): Promise<unknown>;
  /** Sends the request; the id of its job. */
  act(world: CrashWorld): Promise<number>;
  /** Once the job has ended: nodes that were away return. */
  afterwards?(world: CrashWorld): Promise<void>;
  readonly status?: JobAnswer['status'];
  check(world: CrashWorld, job: JobAnswer): Promise<void>;
}

export async function volumeId(world: CrashWorld, name: string): Promise<number> {
  const { volume_list } = (await world.get(`/volume?name=${name}`)) as { volume_list: { volume_id: number }[] };
  return volume_list[0]!.volume_id;
}

/** Of the n-th copy session of the base. */
export const session = (n = 1) => `/copysession/${n}`;

export async function rows(world: CrashWorld, table: string): Promise<number> {
  return Number((await world.sql(`SELECT count(*) AS n FROM ${table}`))[0]!['n']);
}

export async function shows(world: CrashWorld, path: string, wanted: object): Promise<void> {
  expect(await world.get(path)).toMatchObject(wanted);
}

export async function counts(world: CrashWorld, volumes: number, sessions: number): Promise<void> {
  expect([await rows(world, 'volume'), await rows(world, 'copy_session')]).toEqual([volumes, sessions]);
}
