import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Home } from './home.js';
import type { Installation } from './installation.js';

/** What `evenkeel up` prints when everything runs: where it is, who may enter, and what to try first. */
export function welcome(home: Home, installation: Installation, password: string | null): string {
  const { url } = installation;
  const passwordFile = path.relative('.', home.passwordFile);
  const isKept = existsSync(home.passwordFile) && password === home.adminPassword(undefined);
  const secret = isKept ? `${password}   (kept in ${passwordFile})` : 'as given in EVENKEEL_ADMIN_PASSWORD';
  const given = isKept ? `$(cat ${passwordFile})` : '"$EVENKEEL_ADMIN_PASSWORD"';
  return [
    '',
    'Evenkeel is up.',
    `  API       ${url}/api/v1`,
    `  Console   ${url}/docs`,
    `  User      admin`,
    `  Password  ${secret}`,
    ...installation.nodes.map((node) => `  Node      ${node.name}, volumes at nbd://${node.nbd}`),
    `  Logs      ${path.relative('.', home.logFile('*'))}`,
    '',
    'Try:',
    `  export EVENKEEL_URL=${url} EVENKEEL_PASSWORD=${given}`,
    '  python3 samples/python/volume_create.py db --node site-a --capacity 1024',
    '  python3 samples/python/rec_sync_create.py site-a/db --node site-b',
    '',
    'Ctrl-C stops everything, in order.',
  ].join('\n');
}
