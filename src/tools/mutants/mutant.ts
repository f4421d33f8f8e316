/** One small fault put into the code on purpose, and the test that must notice it. */
export interface Mutant {
  readonly name: string;
  /** Path from the root, as the others. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly spec: string;
  /** Part of the title of the test that must fail, as it stands in the spec. */
  readonly test: string;
}

/** @throws Error when the text does not stand in the file exactly once */
export function applyTo(source: string, { name, file, find, replace }: Mutant): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`mutant "${name}": found ${parts.length - 1} times in ${file}: ${find}`);
  return parts.join(replace);
}
