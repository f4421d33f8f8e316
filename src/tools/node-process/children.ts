import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

// A run that ends on the way must not leave servers behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Ends the child with this process at the latest, however that ends short of SIGKILL. */
export function endWithUs<T extends ChildProcess>(child: T): T {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}
