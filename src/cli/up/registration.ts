import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ApiRefusal, RestApi } from '../rest-api.js';
import type { NodeFile } from './home.js';

/** Registers the nodes that the API does not know yet, with the tokens that they left in their data directories. */
export async function registerNodes(
  url: string,
  password: string,
  nodes: readonly NodeFile[],
  report: (line: string) => void,
): Promise<void> {
  const api = new RestApi(url, password);
  try {
    const { node_list: known } = await api.call<{ node_list: { name: string }[] }>('GET', '/node');
    for (const { name, admin, data } of nodes) {
      if (known.some((node) => node.name === name)) continue;
      const enrolment_token = readFileSync(path.join(data, 'enrolment-token'), 'utf8').trim();
      await api.change('POST', '/node', { name, address: admin, enrolment_token });
      report(`registered ${name}`);
    }
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'CREDENTIALS_WRONG') throw error;
    report('EVENKEEL_ADMIN_PASSWORD is not the password of the first start, so the nodes were not looked at');
  }
}
