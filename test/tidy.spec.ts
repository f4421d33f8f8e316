/** The habits that no other tool looks after. Each test names every offender, so that one run shows all there is to mend. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { ERRORS } from '../src/errors/registry.js';

const SOURCE_FOLDERS = ['src', 'migrations', 'test', 'samples'];
const SOURCE_FILE = /\.(ts|mts|mjs|js|py)$/;
const EMPTY_WORDS = ['util', 'utils', 'common', 'helper', 'helpers', 'shared', 'core', 'misc', 'lib'];
const FUNCTION_LINES_MAX = 70;
/** Programs that the launcher starts, and what is generated. */
const ENTRY_POINTS = /^src\/((cli|control-plane|storage-node)\/main\.ts|tools\/|api-client\/|console\/)/;

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

describe('the tree', () => {
  let files: SourceFile[];
  let typescript: SourceFile[];
  beforeAll(() => {
    files = SOURCE_FOLDERS.filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && SOURCE_FILE.test(entry.name) && !entry.parentPath.includes('node_modules'))
      .map((entry) => path.relative('.', path.join(entry.parentPath, entry.name)))
      .map((file) => ({ path: file, text: readFileSync(file, 'utf8') }));
    typescript = files.filter((file) => /\.m?ts$/.test(file.path));
  });

  it('has no folder or file whose name says nothing', () => {
    const offenders = files.filter(({ path: file }) =>
      file.split('/').some((part) => EMPTY_WORDS.includes(part.replace(/(\.spec)?\.\w+$/, ''))),
    );
    expect(offenders.map(({ path: file }) => file)).toEqual([]);
  });

  it('has no source file that nobody imports', () => {
    const sources = files.filter((file) => !isSpec(file));
    const imported = new Set(sources.flatMap(importsOf));
    const offenders = sources.filter(
      (file) =>
        /^src\/.*\.ts$/.test(file.path) &&
        !ENTRY_POINTS.test(file.path) &&
        !imported.has(file.path) &&
        !isNamedBy(file, sources),
    );
    expect(offenders.map(({ path: file }) => file)).toEqual([]);
  });

  it(`has no function over ${FUNCTION_LINES_MAX} lines`, () => {
    expect(typescript.flatMap(longFunctions)).toEqual([]);
  });

  it('has no note of something to do without the number of an issue', () => {
    const offenders = files
      .filter(({ path: file }) => file !== 'test/tidy.spec.ts')
      .flatMap(({ path: file, text }) =>
        text
          .split('\n')
          .flatMap((line, index) =>
            /\b(TODO|FIXME|XXX|HACK)\b(?! \(#\d+\))/.test(line) ? [`${file}:${index + 1}`] : [],
          ),
      );
    expect(offenders).toEqual([]);
  });

  it('has no error in the registry that nothing raises', () => {
    const raising = files.filter(
      (file) => file.path.startsWith('src/') && !isSpec(file) && !file.path.startsWith('src/errors/'),
    );
    const unused = Object.keys(ERRORS).filter((name) => {
      const word = new RegExp(`['"]${name}['"]`);
      return !raising.some(({ text }) => word.test(text));
    });
    expect(unused).toEqual([]);
  });

  it('has no migration that cannot be undone, and none that is not listed', () => {
    const index = readFileSync('migrations/index.ts', 'utf8');
    const migrations = files.filter(({ path: file }) => /^migrations\/\d{13}-[a-z0-9-]+\.ts$/.test(file));
    expect(migrations.length).toBeGreaterThan(0);
    const offenders = migrations.filter(
      ({ path: file, text }) =>
        !/async down\([^)]+\)[^{]*\{\s*await/.test(text) || !index.includes(path.basename(file, '.ts')),
    );
    expect(offenders.map(({ path: file }) => file)).toEqual([]);
    const strangers = files.filter(
      ({ path: file }) => file.startsWith('migrations/') && !migrations.some((known) => known.path === file),
    );
    expect(strangers.map(({ path: file }) => file)).toEqual(['migrations/index.ts']);
  });

  it('does not mock its own modules', () => {
    const offenders = typescript.filter(
      ({ path: file, text }) => file !== 'test/tidy.spec.ts' && /\bjest\.(unstable_)?mock\(|mockModule\(/.test(text),
    );
    expect(offenders.map(({ path: file }) => file)).toEqual([]);
  });
});

function isSpec(file: SourceFile): boolean {
  return file.path.endsWith('.spec.ts');
}

/** Paths of our own files that a file imports, statically or not. */
function importsOf({ path: file, text }: SourceFile): string[] {
  const references = [...text.matchAll(/(?:from|import|import\()\s*['"](\.[^'"]+)['"]/g)].map(([, name]) => name!);
  return references.map((name) =>
    path
      .join(path.dirname(file), name)
      .replace(/\.js$/, '.ts')
      .replace(/\.mjs$/, '.mts'),
  );
}

/** Some files are started or preloaded by their name. */
function isNamedBy({ path: file }: SourceFile, others: readonly SourceFile[]): boolean {
  const name = new RegExp(`\\b${path.basename(file, '.ts')}\\.js\\b`);
  return others.some((other) => other.path !== file && name.test(other.text));
}

function longFunctions({ path: file, text }: SourceFile): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && !isDescribe(node)) {
      const lines = lineOf(node.getEnd()) - lineOf(node.getStart()) + 1;
      if (lines > FUNCTION_LINES_MAX) found.push(`${file}:${lineOf(node.getStart()) + 1} (${lines} lines)`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The function of describe() only holds others. */
function isDescribe(node: ts.Node): boolean {
  const call = node.parent;
  return ts.isCallExpression(call) && /^describe\b/.test(call.expression.getText());
}
