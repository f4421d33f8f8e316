/** Pid files that can be believed: a number alone may by now belong to somebody else's process. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Clocks that step and the whole seconds of boot time make the comparison below this coarse. */
const START_TOLERANCE_MS = 5_000;
/** Linux counts process times in these, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

export function writePidFile(file: string, pid: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${pid}\n`);
}

export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/** The process that the file names, if it lives and was already there when the file was written; else null: the file is stale. */
export function livePid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    if (!Number.isInteger(pid) || pid <= 0 || isZombie(pid)) return null;
    return startedAtMs(pid) <= statSync(file).mtimeMs + START_TOLERANCE_MS ? pid : null;
  } catch {
    return null;
  }
}

/** Fields of /proc/PID/stat behind the command name, which may itself hold spaces and brackets. See proc(5). */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

export function isAlive(pid: number): boolean {
  try {
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  return statFields(pid)[0] === 'Z';
}

function startedAtMs(pid: number): number {
  const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
  return (bootSeconds + Number(statFields(pid)[19]) / TICKS_PER_SECOND) * 1000;
}
