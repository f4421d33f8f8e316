/** The folder in which `evenkeel up` keeps everything, and what it must remember from one start to the next. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { freePorts, isPortFree } from '../processes/free-ports.js';

export const DEFAULT_API_PORT = 5665;

/** Ports of the two nodes when nobody uses them: nbd (10809 is NBD's registered port), peer, admin. */
const USUAL_PORTS: Record<string, readonly number[]> = {
  'site-a': [10_809, 5_667, 5_666],
  'site-b': [10_810, 5_669, 5_668],
};
export const NODE_NAMES = Object.keys(USUAL_PORTS);

/** A node's settings file, as `evenkeel node --config` reads it. Written once, so that hosts find their volumes again. */
export interface NodeFile {
  readonly data: string;
  readonly name: string;
  readonly nbd: string;
  readonly peer: string;
  readonly admin: string;
}

export class Home {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = path.resolve(folder);
  }

  /** Made with the modes that its contents need: everybody may pass (PostgreSQL runs as another user), secrets are 0600. */
  make(): void {
    for (const part of ['', 'run', 'log', 'nodes']) mkdirSync(path.join(this.folder, part), { recursive: true });
  }

  pidFile(name: string): string {
    return path.join(this.folder, 'run', `${name}.pid`);
  }

  logFile(name: string): string {
    return path.join(this.folder, 'log', `${name}.log`);
  }

  nodeSettingsFile(name: string): string {
    return path.join(this.folder, 'nodes', `${name}.yaml`);
  }

  get passwordFile(): string {
    return path.join(this.folder, 'admin-password');
  }

  /** Where a running `up` says how it is reached. */
  get urlFile(): string {
    return path.join(this.folder, 'run', 'url');
  }

  /** Whether an earlier start got as far as to make the nodes. */
  get isUsed(): boolean {
    return NODE_NAMES.every((name) => existsSync(this.nodeSettingsFile(name)));
  }

  /**
   * The password of admin: as given, else as kept, else made and kept. Null when an earlier start was given one that is not given
   * now: a password from the environment is never written down.
   */
  adminPassword(given: string | undefined): string | null {
    if (given !== undefined && given !== '') return given;
    if (!existsSync(this.passwordFile)) {
      if (this.isUsed) return null;
      writeFileSync(this.passwordFile, `${randomBytes(12).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    }
    return readFileSync(this.passwordFile, 'utf8').trim();
  }

  /** @param isUsual whether the usual ports may be taken; otherwise any free ones, so that many can run side by side */
  async nodeFile(name: string, isUsual: boolean): Promise<NodeFile> {
    const file = this.nodeSettingsFile(name);
    if (!existsSync(file)) {
      const usual = USUAL_PORTS[name] ?? [];
      const areFree = isUsual && (await Promise.all(usual.map(isPortFree))).every(Boolean);
      const [nbd, peer, admin] = (areFree ? usual : await freePorts(3)).map((port) => `127.0.0.1:${port}`);
      const data = path.join(this.folder, 'nodes', name);
      // Before the file: once the file is there, a missing folder means that the node's data was taken away.
      mkdirSync(data, { recursive: true, mode: 0o700 });
      writeFileSync(file, stringify({ data, name, nbd, peer, admin }));
    }
    return parse(readFileSync(file, 'utf8')) as NodeFile;
  }
}
