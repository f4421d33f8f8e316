/** Other people's programs: started, waited for, and ended with the benchmark. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { endWithUs } from '../node-process/children.js';

export function commandLine(program: string, args: readonly string[]): string {
  return [program, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}

/** A server that runs until `stopServer`. Its errors go to ours, so that a failed start explains itself. */
export function startServer(program: string, args: readonly string[]): ChildProcess {
  return endWithUs(spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
}

export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

/** Runs a program to its end and gives its standard output; an exit code other than 0 is an error with what it said. */
export function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${commandLine(program, args)} failed: ${stderr || error.message}`));
    });
    endWithUs(child);
  });
}
