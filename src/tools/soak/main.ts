/** `npm run soak`: the command line for the specs under test/soak, which `npm test` leaves out. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../node-process/children.js';
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
  // One after the other: figures and timeouts are of a machine that does one thing.
  args.push('--runInBand', '--verbose');
  const env = { ...process.env, ...wishEnvironment(wish), EVENKEEL_SOAK_REPORT: reportFile };
  const child = endWithUs(spawn(process.execPath, [...JEST, ...args], { cwd: root, stdio: 'inherit', env }));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
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
  const exitCode = await runSpecs(plan, reportFile);
  const records = readReport(reportFile);
  process.stdout.write(`\n${formatTotal(records, (performance.now() - startedAt) / 1000, replayOf(plan))}`);
  // A soak in which nothing ran has shown nothing.
  return exitCode === 0 && records.length === 0 ? 1 : exitCode;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exit(await main());
