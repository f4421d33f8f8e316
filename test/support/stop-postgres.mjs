// jest's global teardown: stops the PostgreSQL that test/support/postgres.ts started for this run, and removes its folder. Plain
// JavaScript, since jest loads it without transforming ES modules.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @param {string} home */
export async function stopPostgresIn(home) {
  const pidFile = path.join(home, 'postgres/data/postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  try {
    // Immediate: nothing in it is worth a checkpoint.
    process.kill(pid, 'SIGQUIT');
    for (let tries = 0; tries < 200 && existsSync(`/proc/${pid}`); tries++) await sleep(25);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

export default async function stopPostgres() {
  const home = process.env.EVENKEEL_TEST_HOME;
  if (!home) return;
  await stopPostgresIn(home);
  rmSync(home, { recursive: true, force: true });
}
