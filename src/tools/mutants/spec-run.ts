import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { endWithUs } from '../node-process/children.js';

const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand', '--silent'];
const REPORT = 'report.json';

/**
 * - `passed`, `failed`: at least one test ran
 * - `hung`: it did not end in time
 * - `broken`: no test ran, since none is named so or the file could not be loaded
 */
export type SpecOutcome = 'passed' | 'failed' | 'hung' | 'broken';

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** Runs the tests of one spec whose title contains a text. @param folder of the tree */
export async function runTest(folder: string, spec: string, title: string, limitMs: number): Promise<SpecOutcome> {
  const report = path.join(folder, REPORT);
  rmSync(report, { force: true });
  const args = ['--runTestsByPath', spec, '--testNamePattern', escape(title), '--json', '--outputFile', report];
  const child = endWithUs(spawn(process.execPath, [...JEST, ...args], { cwd: folder, stdio: 'ignore' }));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  if (isLate) return 'hung';
  if (!existsSync(report)) return 'broken';
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
  if (numFailedTests > 0) return 'failed';
  return numPassedTests > 0 ? 'passed' : 'broken';
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
