/**
 * Runs the steps of a Dockerfile in a folder that stands for the file system of the image: absolute paths of the Dockerfile lie below it.
 * The base image is this machine, so what its steps may use is what they name: Node.js, npm and a shell.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { readAssignment, type Instruction, type Stage } from './dockerfile.js';

export interface ImageOptions {
  /** Where the files systems of the stages are made, one folder each. */
  readonly folder: string;
  readonly context: string;
  readonly say: (line: string) => void;
}

/** @returns the file system of the last stage */
export function runStages(stages: readonly Stage[], options: ImageOptions): string {
  for (const stage of stages) {
    options.say(`FROM ${stage.image} AS ${stage.name}`);
    runStage(stage, options);
  }
  return rootOf(stages.at(-1)!.name, options);
}

function rootOf(stage: string, { folder }: ImageOptions): string {
  return path.join(folder, `stage-${stage}`);
}

function runStage(stage: Stage, options: ImageOptions): void {
  const root = rootOf(stage.name, options);
  mkdirSync(root);
  chmodSync(root, 0o755);
  let directory = '/';
  const environment: Record<string, string> = {};
  for (const instruction of stage.instructions) {
    const { name, words } = instruction;
    if (name === 'WORKDIR') {
      directory = path.resolve(directory, words[0]!);
      mkdirSync(path.join(root, directory), { recursive: true });
    } else if (name === 'ENV') {
      const [variable, value] = readAssignment(words[0]!);
      environment[variable] = value;
    } else if (name === 'COPY') {
      copy(instruction, root, directory, options);
    } else if (name === 'RUN') {
      run(words[0]!, path.join(root, directory), environment, options);
    }
  }
}

/** As Docker does: of a folder its content is copied, and several sources need a target that ends in a slash. */
function copy({ words, flags }: Instruction, root: string, directory: string, options: ImageOptions): void {
  const target = words.at(-1)!;
  const from = flags['from'] === undefined ? options.context : rootOf(flags['from'], options);
  for (const source of words.slice(0, -1)) {
    const found = path.join(from, source);
    if (!existsSync(found))
      throw new Error(`COPY ${words.join(' ')}: there is no ${source} in ${flags['from'] ?? 'the context'}`);
    const isInto = target.endsWith('/') && !statSync(found).isDirectory();
    const to = path.join(root, path.resolve(directory, target), isInto ? path.basename(source) : '');
    mkdirSync(path.dirname(to), { recursive: true });
    // By links where the source is another stage: they are all on one file system, and dependencies are many files.
    const args = [...(flags['from'] === undefined ? ['-a'] : ['-al']), '-T', found, to];
    const { status, stderr } = spawnSync('cp', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`COPY ${words.join(' ')}: ${stderr}`);
  }
  options.say(`  COPY ${words.join(' ')}`);
}

function run(command: string, cwd: string, environment: Record<string, string>, { say }: ImageOptions): void {
  const startedAt = performance.now();
  const { status } = spawnSync('sh', ['-c', command], {
    cwd,
    stdio: ['ignore', 2, 2],
    env: { ...cleanEnvironment(), ...environment },
  });
  if (status !== 0) throw new Error(`RUN ${command}: exit code ${status}`);
  say(`  RUN ${command} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
}

/** Of this process's environment only what says where programs are and how the network is reached. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = /^(PATH|HOME|.*_proxy|NODE_EXTRA_CA_CERTS|npm_config_(registry|cache|userconfig|globalconfig|cafile))$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)));
}
