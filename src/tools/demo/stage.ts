/** What every story plays on, and the claims that several of them make. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from '../../cli/up/installation.js';
import { NbdClient } from '../nbd-client/client.js';
import type { HostAddress } from './host-writer.js';
import type { Narrator } from './narrator.js';
import type { Operator } from './operator.js';

/** For a host to get so far as a story wants it. */
export const WRITE_TIMEOUT_MS = 30_000;

export interface Stage {
  readonly narrator: Narrator;
  readonly installation: Installation;
  readonly operator: Operator;
}

export async function bothNodesInService({ narrator, operator }: Stage): Promise<void> {
  const nodes = await operator.nodes();
  const online = nodes.filter((node) => node.status === 'Online').map((node) => node.name);
  narrator.check('both storage nodes are in service', online.length === 2, online.join(', '));
}

/** Where hosts attach a volume. */
export function address({ installation }: Stage, node: string, exportName: string): HostAddress {
  const [host, port] = installation.nodes.find((each) => each.name === node)!.nbd.split(':');
  return { host: host!, port: Number(port), exportName };
}

/** Tries to attach and read as a host would, from the moment that somebody listens. */
export async function refused({ narrator }: Stage, claim: string, at: HostAddress): Promise<void> {
  for (const until = Date.now() + WRITE_TIMEOUT_MS; ; await sleep(20)) {
    try {
      const client = await NbdClient.connect(at.host, at.port, at.exportName);
      await client.read(0, 4096).finally(() => client.destroy());
      return narrator.check(claim, false, 'it let a host attach and read');
    } catch (error) {
      const { code, message } = error as Error & { code: string };
      if (code !== 'CONNECTION_LOST') return narrator.check(claim, true, message);
      if (Date.now() > until) throw error;
    }
  }
}
