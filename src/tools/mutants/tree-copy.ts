import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyTo, type Mutant } from './mutant.js';

/** Not needed by any unit test, or linked. */
const LEFT_OUT = ['.git', '.evenkeel', 'coverage', 'dist', 'node_modules'];

/** A copy of the tree that may be spoilt; it uses the libraries of the original. */
export class TreeCopy {
  readonly folder: string;

  constructor(private readonly root: string) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-mutants-'));
    for (const name of readdirSync(root)) {
      if (!LEFT_OUT.includes(name)) cpSync(path.join(root, name), path.join(this.folder, name), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(this.folder, 'node_modules'));
  }

  /** @throws Error when the patch does not apply; nothing was changed then */
  apply(mutant: Mutant): void {
    writeFileSync(this.pathOf(mutant), applyTo(this.original(mutant), mutant));
  }

  restore(mutant: Mutant): void {
    writeFileSync(this.pathOf(mutant), this.original(mutant));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private pathOf({ file }: Mutant): string {
    return path.join(this.folder, file);
  }

  private original({ file }: Mutant): string {
    return readFileSync(path.join(this.root, file), 'utf8');
  }
}
