/** docs/security.md names, for every threat, the tests that show its answer: they exist, by these words. And the dependencies are pinned. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const rows = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (\*\*|---|Threat )/.test(line));

describe('docs/security.md', () => {
  it('names a test for every threat', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !/`[^`]+\.spec\.ts` "[^"]+"/.test(row))).toEqual([]);
  });

  it('names tests that exist, by words of their titles', () => {
    const missing = rows.flatMap((row) =>
      [...row.matchAll(/`([^`]+\.spec\.ts)`((?:,? "[^"]+")+)/g)].flatMap(([, file, titles]) => {
        const text = existsSync(file!) ? readFileSync(file!, 'utf8') : '';
        const words = [...titles!.matchAll(/"([^"]+)"/g)].map(([, title]) => title!);
        return words.filter((title) => !text.includes(title)).map((title) => `${file}: ${title}`);
      }),
    );
    expect(missing).toEqual([]);
  });
});

describe('the dependencies', () => {
  interface Package {
    readonly integrity?: string;
    readonly hasInstallScript?: boolean;
  }
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly dependencies: Record<string, string>;
    readonly devDependencies: Record<string, string>;
    readonly allowScripts: Record<string, boolean>;
  };
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Package> };

  it('are pinned exactly, with the hash of each in the lock file', () => {
    const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    const unhashed = Object.entries(packages).filter(
      ([at, { integrity }]) => at !== '' && !integrity?.startsWith('sha512-'),
    );
    expect(unhashed.map(([at]) => at)).toEqual([]);
  });

  it('run no script at their installation that was not looked at', () => {
    const withScript = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = withScript.map(([at]) => at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(names.filter((name) => manifest.allowScripts[name] === undefined)).toEqual([]);
  });
});
