/** Reads the instructions of a Dockerfile: as much of the language as ours uses, and an error for anything else. */

export interface Instruction {
  readonly name: string;
  /** `--from=build` and the like. */
  readonly flags: Readonly<Record<string, string>>;
  /** Without the flags: the words of the JSON form, or the rest of the line as one. */
  readonly words: readonly string[];
  readonly isJson: boolean;
}

export interface Stage {
  /** Its place in the file when it has no name. */
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

const KNOWN = new Set([
  ...['COPY', 'RUN', 'WORKDIR', 'ENV', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'],
]);

/** @throws Error naming the line that is not understood */
export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string; image: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const [, name, rest] = /^([A-Z]+)\s+(.+)$/s.exec(line) ?? [];
    if (name === 'FROM') {
      const [, image, stage] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest!) ?? [];
      if (image === undefined) throw new Error(`not understood: ${line}`);
      stages.push({ name: stage ?? String(stages.length), image, instructions: [] });
    } else if (name !== undefined && KNOWN.has(name) && stages.length > 0) {
      stages.at(-1)!.instructions.push(parseInstruction(name, rest!));
    } else {
      throw new Error(`not understood: ${line}`);
    }
  }
  return stages;
}

function logicalLines(text: string): string[] {
  const withoutComments = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return withoutComments
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(name: string, rest: string): Instruction {
  const flags: Record<string, string> = {};
  let left = rest;
  for (let found; (found = /^--([a-z-]+)=(\S+)\s+/.exec(left)); left = left.slice(found[0].length)) {
    flags[found[1]!] = found[2]!;
  }
  // HEALTHCHECK holds a CMD of its own.
  if (name === 'HEALTHCHECK') left = left.replace(/^CMD\s+/, '');
  const isJson = left.startsWith('[');
  const words = isJson ? (JSON.parse(left) as string[]) : name === 'COPY' ? left.split(/\s+/) : [left];
  return { name, flags, words, isJson };
}

export interface Settings {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly user: string | null;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

/** What a container of this stage starts with. */
export function settingsOf(stage: Stage): Settings {
  const last = (name: string): readonly string[] =>
    stage.instructions.findLast((each) => each.name === name)?.words ?? [];
  return {
    environment: Object.fromEntries(
      stage.instructions.filter(({ name }) => name === 'ENV').map(({ words }) => readAssignment(words[0]!)),
    ),
    workingDirectory: last('WORKDIR')[0] ?? '/',
    user: last('USER')[0] ?? null,
    entrypoint: last('ENTRYPOINT'),
    command: last('CMD'),
    healthCheck: last('HEALTHCHECK'),
  };
}

export function readAssignment(text: string): [string, string] {
  const [, name, value] = /^(\w+)=(\S*)$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`not understood: ENV ${text}`);
  return [name, value!];
}
