/** The API over fake nodes with a bit of everything, and nothing that goes on by itself. */
import type { AddressInfo } from 'node:net';
import { Logins } from '../../src/control-plane/session/logins.js';
import { Reconciler } from '../../src/control-plane/worker/reconciler.js';
import { ADMIN_PASSWORD } from './api.js';
import { API, fakeInstallation, idIn, idOf, type FakeInstallation } from './fake-installation.js';
import { CALLERS, type GeneratedRequest, type Pools } from './generated-requests.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Null when there is none, or it does not end. */
  readonly body: unknown;
}

export interface PopulatedApi {
  readonly system: FakeInstallation;
  readonly pools: Pools;
  send(method: string, request: GeneratedRequest): Promise<Answer>;
  close(): Promise<void>;
}

export async function populatedApi(): Promise<PopulatedApi> {
  const system = await fakeInstallation();
  const pools = await populate(system);
  // From here on only requests change anything.
  await system.api.app.get(Reconciler).beforeApplicationShutdown();
  const tokens: Record<string, string> = {};
  for (const caller of CALLERS) {
    if (caller === 'nobody') continue;
    // Makes the user.
    await system.api.as(caller);
    tokens[caller] = (await system.api.app.get(Logins).open(caller, ADMIN_PASSWORD, false, '')).token;
  }
  const { port } = system.api.app.getHttpServer().address() as AddressInfo;
  return {
    system,
    pools,
    send: async (method, { caller, path, query, headers, body }) => {
      const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]));
      const authorization = caller === 'nobody' ? {} : { Authorization: `Bearer ${tokens[caller]}` };
      const answer = await fetch(`http://127.0.0.1:${port}${path}?${search}`, {
        method: method.toUpperCase(),
        headers: { ...headers, ...authorization },
        body,
      });
      return { status: answer.status, headers: answer.headers, body: await bodyOf(answer) };
    },
    close: () => system.close(),
  };
}

async function bodyOf(answer: Response): Promise<unknown> {
  const type = answer.headers.get('Content-Type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await answer.body?.cancel();
    return null;
  }
  const text = await answer.text();
  return text === '' ? null : type.startsWith('application/json') ? JSON.parse(text) : text;
}

async function populate(system: FakeInstallation): Promise<Pools> {
  const { a, b, admin } = system;
  const nodeB = await idOf(admin, b);
  const volumes: number[] = [];
  for (const name of ['free', 'mirrored', 'parted', 'data', 'redo']) volumes.push(await system.volume(a, name));
  volumes.push(await system.volume(b, 'target'));
  const [, mirrored, parted, data, redo] = volumes;
  const session = async (volume: number): Promise<number> => {
    const body = { source_volume_id: volume, destination: { node_id: nodeB }, transfer_mode: 'Synchronous' };
    const { resource_href_list: made } = await system.job('post', '/copysession/rec', body);
    const id = idIn(made.find((href) => href.includes('/copysession/'))!);
    await system.until(`/copysession/${id}`, { status: 'Active', phase: 'Equivalent' });
    return id;
  };
  const sessions = [await session(mirrored!), await session(parted!)];
  await system.job('post', `/copysession/${sessions[1]}/suspend`, {});
  const group = { name: 'orders', node_id: await idOf(admin, a), volume_id_list: [data, redo] };
  const groupId = idIn((await system.job('post', '/consistencygroup', group)).resource_href_list[0]!);
  const wanted = { destination_node_id: nodeB, transfer_mode: 'Consistency' };
  const { job_id: lastJob } = await system.job('post', `/consistencygroup/${groupId}/copysession`, wanted);
  const user = await admin.post(`${API}/user`).send({ name: 'alice', password: ADMIN_PASSWORD, role: 'operator' });
  const token = await admin.post(`${API}/token`).send({ name: 'backup', role: 'monitor' });
  const nodes = [await idOf(admin, a), nodeB];
  return {
    job_id: [1, lastJob],
    node_id: nodes,
    source_node_id: nodes,
    destination_node_id: nodes,
    volume_id: volumes,
    source_volume_id: volumes,
    destination_volume_id: volumes,
    copysession_id: sessions,
    consistencygroup_id: [groupId],
    user_id: [user.body.user_id],
    token_id: [token.body.token_id],
    name: ['fresh', 'free', 'x'.repeat(32), 'alice'],
    username: ['admin', 'alice'],
    password: [ADMIN_PASSWORD],
    current_password: [ADMIN_PASSWORD, 'not the password'],
    fields: ['status', 'status,name', 'nonsense', ''],
    type: ['File', 'Link_Lost'],
    path: ['/nowhere/disk'],
    split_mode: ['Manual'],
    max_records: [1, 1000],
    last_get_id: [0, 1],
    wait: [0],
  };
}
