/** The alert rules in docs/alerts and the tables of docs/monitoring.md: every metric that they name is one that somebody shows, and the other way round. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUid, type SessionUid, type VolumeUid } from '../../src/model/ids.js';
import { Registry } from 'prom-client';
import { addCertificateMetrics } from '../../src/control-plane/health/certificate-metrics.js';
import { makeCertificate } from '../../src/node-api/certificate.js';
import { NodeMetrics } from '../../src/storage-node/admin/metrics.js';
import { Budget } from '../../src/storage-node/config/budget.js';
import { HostCounters } from '../../src/storage-node/metrics/host-counters.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { fakeInstallation, type FakeInstallation } from '../support/fake-installation.js';

const rules = readFileSync('docs/alerts/evenkeel.rules.yml', 'utf8');
const document = readFileSync('docs/monitoring.md', 'utf8');

let all: FakeInstallation;
let uid: SessionUid;

beforeAll(async () => {
  all = await fakeInstallation();
  const ends = {
    source_volume_id: await all.volume(all.a, 'data'),
    destination_volume_id: await all.volume(all.b, 'data'),
  };
  await all.job('post', '/copysession/rec', { ...ends, transfer_mode: 'Consistency', rpo_seconds: 60 });
  uid = [...all.a.sessions.keys()][0]!;
});
afterAll(() => all.close());

/** Names as Prometheus knows them. */
function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!));
}

async function ofApi(): Promise<string> {
  return (await all.api.anyone.get('/metrics').expect(200)).text;
}

/** What an API shows besides when it serves TLS. */
async function ofTls(): Promise<string> {
  const registry = new Registry();
  const { certificatePem } = await makeCertificate('api');
  addCertificateMetrics(registry, () => certificatePem);
  return registry.metrics();
}

/** What was read a moment ago is shown again for a second. */
async function untilShown(wanted: string | RegExp): Promise<void> {
  await eventually(String(wanted), async () => {
    const text = await ofApi();
    return (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) || undefined;
  });
}

async function ofNode(): Promise<string> {
  const budget = Budget.default();
  return (await new NodeMetrics({ state: () => all.a.state(), host: new HostCounters(), budget }).render()).text;
}

describe('docs/alerts/evenkeel.rules.yml', () => {
  it('names only metrics that the control plane or a storage node shows', async () => {
    const shown = namesIn(`${await ofApi()}\n${await ofTls()}\n${await ofNode()}`);
    const expressions = [...rules.matchAll(/^ +expr: (.+)$/gm)].map(([, expression]) => expression!);
    const named = expressions.flatMap((expression) => expression.match(/\b(evenkeel|process|nodejs)_\w+/g) ?? []);
    // All but the one about Prometheus' own `up`.
    expect(named.length).toBeGreaterThanOrEqual(expressions.length - 1);
    const unknown = named.filter((name) => !shown.has(name) && !shown.has(name.replace(/_(bucket|count|sum)$/, '')));
    expect(unknown).toEqual([]);
  });

  it('gives every alert an expression, a severity and a summary, and no two one name', () => {
    const alerts = rules.split(/^ +- alert: /m).slice(1);
    const names = alerts.map((text) => text.split('\n')[0]!);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('EvenkeelRpoBreached');
    for (const text of alerts) {
      expect(text).toMatch(/^ +expr: \S/m);
      expect(text).toMatch(/^ +severity: (warning|critical)$/m);
      expect(text).toMatch(/^ +summary: '.+'$/m);
    }
  });
});

describe('docs/monitoring.md', () => {
  /** Name, type and meaning of what a process shows. */
  function shownIn(text: string): string[] {
    const metrics = [...text.matchAll(/^# HELP (\w+) (.+)\n# TYPE \w+ (\w+)$/gm)];
    return metrics.map(([, name, help, type]) => `${name} ${type} ${help}`).filter((line) => !/^nodejs_/.test(line));
  }

  function listedUnder(heading: string): string[] {
    const section = document.split(`### ${heading}\n`)[1]!.split(/^##/m)[0]!;
    const rows = [...section.matchAll(/^\| `(\w+)` \| (\w+) \|[^|]*\| (.+) \|$/gm)];
    return rows.map(([, name, type, help]) => `${name} ${type} ${help}`);
  }

  it('lists every metric of the control plane, with its type and meaning, and no other', async () => {
    const shown = shownIn(`${await ofApi()}\n${await ofTls()}`).filter((line) => !line.startsWith('process_'));
    expect(listedUnder('Of the control plane').toSorted()).toEqual(shown.toSorted());
  });

  it('lists every metric of a storage node, with its type and meaning, and no other', async () => {
    expect(listedUnder('Of a storage node').toSorted()).toEqual(shownIn(await ofNode()).toSorted());
  });
});

describe('metrics of ten thousand volumes', () => {
  it('are as many as those of one', async () => {
    const state = all.a.state();
    const [volume] = state.volumes;
    const many = Array.from({ length: 10_000 }, () => ({
      ...volume!,
      spec: { ...volume!.spec, uid: newUid<VolumeUid>() },
    }));
    const seriesOf = async (volumes: typeof state.volumes): Promise<number> => {
      const metrics = new NodeMetrics({
        state: () => ({ ...state, volumes }),
        host: new HostCounters(),
        budget: Budget.default(),
      });
      return (await metrics.render()).text.split('\n').length;
    };
    expect(await seriesOf(many)).toBe(await seriesOf(state.volumes));
  });
});

describe('metrics of copy sessions', () => {
  it('C32: show lag, breach, throttle and paths at the control plane and at the node', async () => {
    all.a.set(uid, {
      lag: { writes: 7, bytes: 4096, seconds: 90.5 },
      isRpoBreached: true,
      throttle: 'Log_Share',
      paths: [
        { address: 'a:1', isUp: true, isInUse: true },
        { address: 'b:1', isUp: false, isInUse: false },
      ],
    });
    await all.until('/copysession/1', { is_rpo_breached: true });
    const labels = '{copysession="1",source="site-a/data",destination="site-b/data"}';
    const ofSession = { lag_seconds: 90.5, lag_bytes: 4096, lag_writes: 7, is_rpo_breached: 1, is_throttled: 1 };
    for (const [name, value] of Object.entries({ ...ofSession, paths: 2, paths_up: 1, rpo_seconds: 60, is_stale: 0 })) {
      await untilShown(`evenkeel_copysession_${name}${labels} ${value}\n`);
    }
    await untilShown('evenkeel_node_is_online{node="site-b"} 1\n');
    const node = await ofNode();
    for (const [name, value] of Object.entries({ ...ofSession, paths: 2, paths_up: 1 })) {
      expect(node).toContain(`evenkeel_session_${name}{session="${uid}",role="source"} ${value}\n`);
    }
  });

  it('C52: say that a node is away, and that what they show of its sessions is old', async () => {
    await all.kill(all.a);
    await all.kill(all.b);
    await untilShown('evenkeel_node_is_online{node="site-a"} 0\n');
    await untilShown(/evenkeel_copysession_is_stale\{copysession="1",.*\} 1\n/);
  });
});
