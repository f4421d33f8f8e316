import { spawn } from 'node:child_process';
import { availableParallelism, constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * Runs a plane in the foreground, with this terminal and these signals.
 * @param program below dist/src
 * @param flags for Node.js itself
 * @returns its exit code, or 128 and the number of the signal that ended it
 */
export function runPlane(program: string, args: readonly string[], flags: readonly string[] = []): Promise<number> {
  const file = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  const endWithLauncher = fileURLToPath(new URL('end-with-launcher.js', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', ...flags, `--import=${endWithLauncher}`, file, ...args],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      // File syncs and cold reads run on this pool; it must hold more threads than the cores, since they sleep in the kernel.
      env: { UV_THREADPOOL_SIZE: String(Math.max(16, 4 * availableParallelism())), ...process.env },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone must be handed on.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  });
}
