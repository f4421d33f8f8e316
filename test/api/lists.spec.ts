/** What every list of the API keeps to, tried with every list that the OpenAPI document knows. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import fc from 'fast-check';
import { buildDocument } from '../../src/control-plane/openapi.js';
import { fakeInstallation, idOf, type FakeInstallation } from '../support/fake-installation.js';

interface ListCall {
  readonly path: string;
  /** `volume_list` */
  readonly key: string;
  readonly idField: string;
  readonly fields: readonly string[];
}

type Entry = Record<string, unknown>;

interface Page {
  readonly total_count: number;
  readonly list_count: number;
  readonly next_href?: string;
  readonly [list: `${string}_list`]: Entry[];
}

let all: FakeInstallation;
let lists: ListCall[];

/** Some of everything. */
beforeAll(async () => {
  all = await fakeInstallation();
  const [nodeA, nodeB] = [await idOf(all.admin, all.a), await idOf(all.admin, all.b)];
  await all.job('post', '/volume', { name: 'v', node_id: nodeA, capacity: 4, count: 7 });
  for (const source_volume_id of [1, 2, 3]) {
    const destination = { node_id: nodeB, name: `d${source_volume_id}` };
    await all.job('post', '/copysession/rec', { source_volume_id, destination, transfer_mode: 'Consistency' });
  }
  for (const id of [5, 6]) {
    await all.job('post', '/consistencygroup', { name: `g${id}`, node_id: nodeA, volume_id_list: [id] });
  }
  for (const name of ['one', 'two', 'three']) {
    await all.admin.post('/api/v1/token').send({ name, role: 'monitor' }).expect(201);
    all.a.tell('Rpo_Breached');
  }
  for (const role of ['monitor', 'operator'] as const) await all.api.as(role);
  await all.until('/event', { total_count: 3 });
  lists = listsOf(buildDocument(all.api.app));
});
afterAll(() => all.close());

function listsOf({ paths, components }: OpenAPIObject): ListCall[] {
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const properties = schemaIn(get?.responses['200'], 'application/json')?.properties ?? {};
    const key = Object.keys(properties).find((name) => name.endsWith('_list'));
    const isList = 'total_count' in properties && !path.includes('{');
    if (!isList || key === undefined) return [];
    const name = properties[key]!.items!.$ref!.split('/').at(-1)!;
    const view = components!.schemas![name] as Schema;
    return [{ path, key, idField: key.replace(/_list$/, '_id'), fields: Object.keys(view.properties!) }];
  });
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function schemaIn(response: unknown, type: string): Schema | undefined {
  return (response as { content?: Record<string, { schema: Schema }> } | undefined)?.content?.[type]?.schema;
}

async function ask(path: string): Promise<Page> {
  return (await all.admin.get(path).expect(200)).body;
}

function entriesOf(page: Page, { key }: ListCall): Entry[] {
  return page[key as 'x_list']!;
}

/** Every page from the first on, as a client goes from one to the next. */
async function walk(list: ListCall, query: string): Promise<Entry[]> {
  const walked: Entry[] = [];
  for (let href: string | undefined = `${list.path}?${query}`; href !== undefined;) {
    const page: Page = await ask(href);
    expect(page.list_count).toBe(entriesOf(page, list).length);
    walked.push(...entriesOf(page, list));
    href = page.next_href;
  }
  return walked;
}

describe('C56: lists', () => {
  it('C56: there are lists of everything', () => {
    const resources = ['node', 'volume', 'copysession', 'consistencygroup', 'job', 'event', 'user', 'token', 'audit'];
    const keys = lists.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(resources.map((name) => `${name}_list`)));
  });

  it('C56: each shows every documented field and no other, in ascending order of its ids, with counts', async () => {
    for (const list of lists) {
      const page = await ask(`${list.path}?max_records=1000`);
      const entries = entriesOf(page, list);
      expect([list.path, entries.length > 1, page.total_count, page.list_count]).toEqual([
        list.path,
        true,
        entries.length,
        entries.length,
      ]);
      for (const entry of entries) expect(Object.keys(entry).sort()).toEqual([...list.fields].sort());
      const ids = entries.map((entry) => entry[list.idField] as number);
      expect([list.path, ids]).toEqual([list.path, ids.toSorted((one, other) => one - other)]);
    }
  });

  it('C56: each takes any choice of fields, with the id always, and refuses a name that is not there', async () => {
    for (const list of lists) {
      const whole = entriesOf(await ask(list.path), list);
      for (const half of [0, 1]) {
        const fields = list.fields.filter((_name, index) => index % 2 === half);
        const chosen = entriesOf(await ask(`${list.path}?fields=${fields.join(',')}`), list);
        const names = [...new Set([list.idField, ...fields])].sort();
        for (const entry of chosen) expect(Object.keys(entry).sort()).toEqual(names);
        expect(chosen.map((entry) => entry[list.idField])).toEqual(whole.map((entry) => entry[list.idField]));
      }
      for (const name of ['no_such_field', '', `${list.fields[1]},no_such_field`, '__proto__']) {
        const { body } = await all.admin.get(`${list.path}?fields=${name}`).expect(400);
        expect(body).toMatchObject({ internal_code: 'PARAMETER_INVALID', details: [{ parameter: 'fields' }] });
      }
    }
  });

  it('C56: each takes 1 to 1000 records at a time, from any id on', async () => {
    for (const { path } of lists) {
      for (const query of ['max_records=1', 'max_records=1000', 'last_get_id=0', 'last_get_id=2147483647']) {
        await all.admin.get(`${path}?${query}`).expect(200);
      }
      for (const query of ['max_records=0', 'max_records=1001', 'max_records=1.5', 'last_get_id=-1', 'last_get_id=x']) {
        const { body } = await all.admin.get(`${path}?${query}`).expect(400);
        expect(body.details).toMatchObject([{ parameter: query.split('=')[0] }]);
      }
    }
  });

  it('C56: page by page is the whole list, with any filter and choice of fields', async () => {
    for (const list of lists) {
      const whole = entriesOf(await ask(`${list.path}?max_records=1000`), list);
      const after = fc.constantFrom(0, ...whole.map((entry) => entry[list.idField] as number));
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 5 }),
          fc.subarray([...list.fields]),
          after,
          async (size, fields, id) => {
            const chosen = fields.length === 0 ? list.fields : [list.idField, ...fields];
            const query = new URLSearchParams({ max_records: String(size), last_get_id: String(id) });
            if (fields.length > 0) query.set('fields', fields.join(','));
            const walked = await walk(list, query.toString());
            const wanted = whole.filter((entry) => (entry[list.idField] as number) > id);
            expect(walked.map((entry) => entry[list.idField])).toEqual(wanted.map((entry) => entry[list.idField]));
            for (const entry of walked) expect(Object.keys(entry).sort()).toEqual([...new Set(chosen)].sort());
          },
        ),
        { numRuns: 4 },
      );
    }
    const volumes = lists.find(({ path }) => path.endsWith('/volume'))!;
    const filtered = await walk(volumes, 'name=v1&name=v3&name=d2&name=none&node_id=1&node_id=2&max_records=1');
    expect(filtered.map(({ name }) => name)).toEqual(['v1', 'v3', 'd2']);
    expect(await ask('/api/v1/volume?name=v1&name=v3&node_id=1&max_records=1')).toMatchObject({ total_count: 2 });
  });

  it('C56: a walk meets none twice and misses none that was there all the time, while others come and go', async () => {
    const list = lists.find(({ path }) => path.endsWith('/volume'))!;
    const node_id = await idOf(all.admin, all.a);
    const stays = new Set((await walk(list, 'fields=name')).map(({ name }) => name));
    let isWalking = true;
    const changes = Array.from({ length: 3 }, async (_none, writer) => {
      for (let turn = 0; isWalking; turn++) {
        const made = await all.job('post', '/volume', { name: `w${writer}.${turn}`, node_id, capacity: 4, count: 3 });
        const volume_id_list = made.resource_href_list.slice(1).map((href) => Number(href.split('/').at(-1)));
        await all.job('post', '/volume/delete', { volume_id_list });
      }
    });
    try {
      for (let round = 0; round < 6; round++) {
        const walked = await walk(list, 'max_records=2&fields=name');
        const ids = walked.map(({ volume_id }) => volume_id as number);
        expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
        const met = new Set(walked.map(({ name }) => name));
        expect([...stays].filter((name) => !met.has(name))).toEqual([]);
      }
    } finally {
      isWalking = false;
      await Promise.all(changes);
    }
  });
});
