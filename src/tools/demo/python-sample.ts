/** Runs the sample scripts as an operator would. */
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** From dist/src/tools/demo or src/tools/demo alike. */
function samplesFolder(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const root = here.slice(0, here.lastIndexOf(`${path.sep}src${path.sep}`)).replace(/[/\\]dist$/, '');
  return path.join(root, 'samples/python');
}

export function hasPython(): boolean {
  const check = 'import sys; sys.exit(sys.version_info < (3, 9))';
  return spawnSync('python3', ['-c', check], { stdio: 'ignore' }).status === 0;
}

export interface SampleAccess {
  readonly url: string;
  readonly password: string;
}

export interface SampleResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one script to its end. Never rejects, so that a caller can expect a refusal. */
export function runSample(access: SampleAccess, script: string, args: readonly string[]): Promise<SampleResult> {
  return runWithAccess(access, 'python3', [path.join(samplesFolder(), script), ...args]);
}

/** Runs a program that finds the API by its environment. Never rejects. */
export function runWithAccess(
  { url, password }: SampleAccess,
  program: string,
  args: readonly string[],
): Promise<SampleResult> {
  const access = { EVENKEEL_URL: url, EVENKEEL_USER: 'admin', EVENKEEL_PASSWORD: password };
  const env = { ...process.env, ...access, PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: 120_000 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}
