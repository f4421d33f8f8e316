#!/usr/bin/env node
// The launcher behind the npm scripts and the `evenkeel` command. It runs on any Node.js from 20.19 with nothing installed: it
// installs the locked dependencies when they are missing or outdated, builds what changed, and hands over to the pinned Node.js.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const modules = path.join(root, 'node_modules');
const pinnedNode = path.join(modules, 'node/bin/node');
const installStamp = path.join(modules, '.evenkeel-lock');
const buildStamp = path.join(root, 'dist/.built');

/** What each word runs. Anything else is a command of the `evenkeel` program. */
const programs = {
  test: { args: ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'], isInRoot: true },
  demo: { args: ['dist/src/tools/demo/main.js'] },
  soak: { args: ['dist/src/tools/soak/main.js'] },
  mutants: { args: ['dist/src/tools/mutants/main.js'] },
  bench: { args: ['dist/src/tools/bench/main.js'] },
  'try-image': { args: ['dist/src/tools/image/main.js'] },
  inspect: { args: ['dist/src/tools/inspect.js'] },
  'write-openapi': { args: ['dist/src/tools/write-openapi.js'] },
  'write-api-client': { args: ['dist/src/tools/write-api-client.js'] },
  'write-error-docs': { args: ['dist/src/tools/write-error-docs.js'] },
};

function runOrExit(command, args, what) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env: environment() });
  if (result.status !== 0) {
    process.stderr.write(`evenkeel: ${what} failed\n`);
    process.exit(result.status ?? 1);
  }
}

/** The pinned Node.js comes first on the PATH, so that everything started from here is run by it. */
function environment() {
  return { ...process.env, PATH: `${path.join(modules, '.bin')}${path.delimiter}${process.env.PATH ?? ''}` };
}

function lockedVersions() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(pinnedNode) && existsSync(installStamp) && readFileSync(installStamp, 'utf8') === lockedVersions();
}

function install() {
  process.stderr.write('evenkeel: installing dependencies (once)\n');
  runOrExit('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
  writeFileSync(installStamp, lockedVersions());
}

function newestChange(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    const time = entry.isDirectory() ? newestChange(child) : statSync(child).mtimeMs;
    if (time > newest) newest = time;
  }
  return newest;
}

function isBuilt() {
  const sources = ['src', 'migrations', 'samples/typescript'].map((folder) => newestChange(path.join(root, folder)));
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map(
    (file) => statSync(path.join(root, file)).mtimeMs,
  );
  const newest = Math.max(...sources, ...settings);
  return existsSync(buildStamp) && statSync(buildStamp).mtimeMs >= newest;
}

function build() {
  process.stderr.write('evenkeel: building\n');
  const startedAt = new Date();
  rmSync(buildStamp, { force: true });
  runOrExit(pinnedNode, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], 'the build');
  mkdirSync(path.dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, '');
  // A source changed while the compiler ran must be found newer.
  utimesSync(buildStamp, startedAt, startedAt);
}

/**
 * Installs and builds where needed, one process at a time: of two that start together the second waits for the first and then
 * finds the work done. The lock lies outside the tree, since an install empties node_modules.
 */
function prepare() {
  if (isInstalled() && isBuilt()) return;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = path.join(tmpdir(), `evenkeel-prepare-${name}`);
  while (!takeLock(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  process.on('exit', () => rmSync(lock, { force: true }));
  if (!isInstalled()) install();
  if (!isBuilt()) build();
  rmSync(lock, { force: true });
}

/** A lock whose holder is gone is taken over. */
function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    process.kill(Number(readFileSync(lock, 'utf8')) || process.pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(lock, { force: true });
  }
  return false;
}

const [word = 'help', ...rest] = process.argv.slice(2);
prepare();
if (word === 'build') process.exit(0);

const program = programs[word] ?? { args: ['dist/src/cli/main.js', word] };
const child = spawn(
  pinnedNode,
  [
    '--enable-source-maps',
    // Not for jest: it starts processes of its own with the same flags, and ends them itself.
    ...(program.isInRoot ? [] : [`--import=${path.join(root, 'dist/src/cli/processes/end-with-launcher.js')}`]),
    ...program.args.map((arg) => (arg.startsWith('dist/') ? path.join(root, arg) : arg)),
    ...rest,
  ],
  {
    stdio: ['inherit', 'inherit', 'inherit', ...(program.isInRoot ? [] : ['ipc'])],
    cwd: program.isInRoot ? root : process.cwd(),
    // File syncs and cold reads run on this pool; it must hold more threads than the cores, since they sleep in the kernel.
    env: { UV_THREADPOOL_SIZE: String(Math.max(16, 4 * availableParallelism())), ...environment() },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone must be handed on.
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('exit', (code, signal) => {
  process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1));
});
