import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EvenkeelClient } from '../../api-client/client.js';
import { ApiError } from '../../api-client/errors.js';
import type { NodeFile } from './home.js';

const JOB_WAIT_SECONDS = 30;

/** Registers the nodes that the API does not know yet, with the tokens that they left in their data directories. */
export async function registerNodes(
  url: string,
  password: string,
  nodes: readonly NodeFile[],
  report: (line: string) => void,
): Promise<void> {
  const api = new EvenkeelClient({ url, user: 'admin', password });
  const known = new Set<string>();
  try {
    for await (const { name } of api.every('/api/v1/node')) known.add(name);
    for (const { name, admin: address, data } of nodes) {
      if (known.has(name)) continue;
      const enrolment_token = readFileSync(path.join(data, 'enrolment-token'), 'utf8').trim();
      const params = { query: { wait: JOB_WAIT_SECONDS } };
      await api.change(api.rest.POST('/api/v1/node', { params, body: { name, address, enrolment_token } }));
      report(`registered ${name}`);
    }
    await api.logOut();
  } catch (error) {
    if (!(error instanceof ApiError) || error.internalCode !== 'CREDENTIALS_WRONG') throw error;
    report('EVENKEEL_ADMIN_PASSWORD is not the password of the first start, so the nodes were not looked at');
  }
}
