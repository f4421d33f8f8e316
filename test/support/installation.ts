/** A whole installation of our own for a test: what `evenkeel up` starts, on free ports in a temporary home. */
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../../src/cli/processes/free-ports.js';
import { RestApi } from '../../src/tools/rest-api.js';
import { Home } from '../../src/cli/up/home.js';
import { Installation } from '../../src/cli/up/installation.js';
import type { HostAddress } from '../../src/tools/demo/host-writer.js';

export interface RunningInstallation {
  readonly installation: Installation;
  readonly api: RestApi;
  readonly access: { readonly url: string; readonly password: string };
  /** Where a host finds a volume. */
  at(node: string, volume: string): HostAddress;
  stop(): Promise<void>;
}

/** A home that PostgreSQL, running as another user, can pass. */
export function makeTemporaryHome(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

export function removeTemporaryHome(folder: string): void {
  try {
    // A link to elsewhere where PostgreSQL could not reach the home.
    rmSync(realpathSync(path.join(folder, 'postgres')), { recursive: true, force: true });
  } catch {
    // It was never made.
  }
  rmSync(folder, { recursive: true, force: true });
}

export async function startInstallation(): Promise<RunningInstallation> {
  const home = new Home(makeTemporaryHome());
  home.make();
  const [apiPort] = await freePorts(1);
  const password = home.adminPassword(undefined)!;
  const report = (): void => undefined;
  const installation = new Installation(home, { apiPort: apiPort!, password, isUsualPorts: false, report });
  const stop = async (): Promise<void> => {
    await installation.stop();
    removeTemporaryHome(home.folder);
  };
  try {
    await installation.start();
  } catch (error) {
    const logs = installation.started.map((each) => `${each.name}:\n${each.lastLines(15)}`).join('\n');
    await stop();
    throw new Error(`${(error as Error).message}\n${logs}`);
  }
  const access = { url: installation.url, password };
  return {
    installation,
    api: new RestApi(access.url, access.password),
    access,
    at: (node, exportName) => {
      const [host, port] = installation.nodes.find(({ name }) => name === node)!.nbd.split(':');
      return { host: host!, port: Number(port), exportName };
    },
    stop,
  };
}
