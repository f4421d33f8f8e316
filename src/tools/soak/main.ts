/** `npm run soak`: the command line for the specs under test/soak, which `npm test` leaves out. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPlan, soakCommand, type SoakPlan } from './command-line.js';
import { formatTotal } from './total.js';
import { wishEnvironment, type SoakRecord } from './wish.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/** @returns jest's exit code */
function runSpecs({ wish, specs }: SoakPlan, reportFile: string): Promise<number> {
  const names = specs === null ? '*' : `(${specs.join('|')})`;
  const args = ['--testPathIgnorePatterns', '/node_modules/', '/dist/'];
  args.push('--testMatch', `<rootDir>/test/soak/${names}.spec.ts`);
  // One after the other: timeouts are of a machine that does one thing.
  args.push('--runInBand', '--verbose');
  const env = { ...process.env, ...wishEnvironment(wish), EVENKEEL_SOAK_REPORT: reportFile };
  // A process group of its own, so that a soak that is stopped leaves no node behind.
  const child = spawn(process.execPath, [...JEST, ...args], { cwd: root, stdio: 'inherit', env, detached: true });
  const endAll = () => process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', endAll);
  return new Promise((resolve) =>
    child.once('exit', (code) => {
      process.off('exit', endAll);
      resolve(code ?? 1);
    }),
  );
}

function readReport(file: string): SoakRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SoakRecord);
}

/** What brings one run back, short of its seed. */
function replayOf({ wish, specs }: SoakPlan): string {
  if (wish.fault !== null) return `npm run soak -- --mode ${wish.mode} --fault ${wish.fault} --runs 1`;
  return specs === null ? 'npm run soak -- --runs 1' : 'npm run soak -- --fuzz';
}

async function main(): Promise<number> {
  const plan = readPlan(soakCommand(), process.argv.slice(2));
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-soak-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const reportFile = path.join(folder, 'report');
  const startedAt = performance.now();
  const sayTotal = (): number => {
    const records = readReport(reportFile);
    process.stdout.write(`\n${formatTotal(records, (performance.now() - startedAt) / 1000, replayOf(plan))}`);
    return records.length;
  };
  const stop = () => {
    sayTotal();
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  const exitCode = await runSpecs(plan, reportFile);
  // A soak in which nothing ran has shown nothing.
  return sayTotal() === 0 ? 1 : exitCode;
}

process.exit(await main());
