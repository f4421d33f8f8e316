import { describe, expect } from '@jest/globals';
import { parse } from 'yaml';
import { itWithTools, runTool } from '../support/tools.js';

interface Composition {
  readonly services: Record<string, { readonly command?: string | string[] }>;
}

describe('docker-compose.yml', () => {
  itWithTools(
    ['docker-compose', 'env'],
    'is understood by docker-compose and runs every process of a split installation',
    async () => {
      const { exitCode, stdout, stderr } = await runTool('env', [
        'EVENKEEL_ADMIN_PASSWORD=secret',
        'docker-compose',
        'config',
      ]);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      const { services } = parse(stdout) as Composition;
      expect(Object.keys(services).sort()).toEqual(['api', 'build', 'postgres', 'site-a', 'site-b', 'worker']);
      expect(services['api']!.command).toContain('api --no-worker');
    },
  );

  itWithTools(['docker-compose', 'env'], 'asks for the password of admin', async () => {
    const { exitCode, stderr } = await runTool('env', ['-u', 'EVENKEEL_ADMIN_PASSWORD', 'docker-compose', 'config']);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('set it to the password for admin');
  });
});
