/** What the documents point to is there: files, pictures and headings; and every script that package.json has is told of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const documents = [
  'README.md',
  ...readdirSync('docs', { recursive: true }).map((file) => `docs/${String(file)}`),
].filter((file) => file.endsWith('.md'));

/** As the hosts of repositories make them of headings. */
function anchorsOf(file: string): string[] {
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documents', () => {
  it('link to nothing that is not there', () => {
    const dead = documents.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [to, anchor] = link.split('#') as [string, string?];
          const target = to === '' ? file : path.join(path.dirname(file), to);
          return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
        })
        .map((link) => `${file}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('are each linked from another one', () => {
    const texts = documents.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
    const lonely = documents
      .filter((file) => file !== 'README.md' && !file.startsWith('docs/formats/'))
      .filter((file) => !texts.some((other) => other.file !== file && other.text.includes(path.basename(file))));
    expect(lonely).toEqual([]);
  });

  it('tell of every npm script', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const text = documents.map((file) => readFileSync(file, 'utf8')).join('\n');
    const told = (name: string): boolean => text.includes(`npm run ${name}`) || text.includes(`npm ${name}`);
    const generators = (name: string): boolean => /^(write-|format$)/.test(name);
    expect(Object.keys(scripts).filter((name) => !told(name) && !generators(name))).toEqual([]);
  });
});
