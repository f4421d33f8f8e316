/** Tests with other people's programs: run where these are installed, skipped with the reason where not. */
import { it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** @param name of a program, its absolute path, or that of a device that must be open to this user */
export function hasTool(name: string): boolean {
  if (name.startsWith('/dev/')) return isAccessible(name, constants.R_OK | constants.W_OK);
  if (name.startsWith('/')) return isAccessible(name, constants.X_OK);
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => isAccessible(join(folder, name), constants.X_OK));
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** A test that needs these programs. Without one of them it counts as skipped, and its name says why. */
export function itWithTools(
  tools: readonly string[],
  name: string,
  run: () => Promise<void>,
  timeoutMs?: number,
): void {
  const missing = tools.filter((tool) => !hasTool(tool));
  if (missing.length === 0) it(name, run, timeoutMs);
  else it.skip(`${name} (not installed: ${missing.join(', ')})`, run);
}

/** A test that needs a loop device, so root and a kernel that has them. */
export function itWithLoopDevice(name: string, run: () => Promise<void>, timeoutMs?: number): void {
  if (canUseLoopDevices()) it(name, run, timeoutMs);
  else it.skip(`${name} (no loop devices here)`, run);
}

function canUseLoopDevices(): boolean {
  return hasTool('losetup') && spawnSync('losetup', ['--find'], { env: toolEnvironment() }).status === 0;
}

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most a minute; never rejects, so that a test can expect a failure. */
export function runTool(tool: string, args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve) => {
    const options = { env: toolEnvironment(), timeout: 60_000, killSignal: 'SIGKILL', maxBuffer: 64 << 20 } as const;
    execFile(tool, args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' };
}
