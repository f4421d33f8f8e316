/**
 * The highest run of each other node that this node met, durably: a small file `peers/<uid>.json` for each. Kept while a session is
 * shared with that node.
 */
import path from 'node:path';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { isUid, type NodeUid } from '../../model/ids.js';
import { judgeRun, knownAs, type KnownRun, type NodeRun } from '../../model/run.js';
import type { Disk } from '../device/disk.js';
import { readSmallFile, writeSmallFile } from '../device/small-file.js';
import { Turns } from '../volume/turns.js';

const FORMAT = 'peer';
const VERSION = 1;

export class PeerRuns {
  private readonly folder: string;
  private readonly known = new Map<NodeUid, KnownRun>();
  private readonly turns = new Turns<NodeUid>();

  constructor(
    private readonly disk: Disk,
    private readonly dataDirectory: string,
    private readonly log: (fields: object, message: string) => void,
  ) {
    this.folder = path.join(dataDirectory, 'peers');
  }

  /**
   * Reads what earlier runs of this node left. A damaged file is as if that node had not been met.
   * @throws Refusal FORMAT_UNSUPPORTED, DEVICE_FAILED
   */
  async load(): Promise<void> {
    await this.disk.makeFolder(this.folder);
    await this.disk.syncFolder(this.dataDirectory);
    for (const name of await this.disk.list(this.folder)) {
      const node = name.slice(0, -'.json'.length) as NodeUid;
      if (!isUid(node)) continue;
      try {
        const found = await readSmallFile(this.disk, this.fileOf(node), FORMAT, VERSION);
        if (found !== null) this.known.set(node, found.body as KnownRun);
      } catch (error) {
        if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
        this.log({ peer: node, error: error.message }, 'it is not known which run of a peer was met last');
      }
    }
  }

  /**
   * Judges the run that a node tells, and remembers it, durably, if it is a newer one.
   * @throws Refusal NODE_ROLLED_BACK, NODE_CLONED; DEVICE_FAILED, DEVICE_FULL when it cannot be remembered
   */
  meet(node: NodeUid, run: NodeRun): Promise<void> {
    return this.turns.take(node, async () => {
      const known = this.known.get(node) ?? null;
      const verdict = judgeRun(known, run);
      if (verdict === 'same') return;
      if (verdict !== 'newer') {
        throw new Refusal(verdict, `node ${node}: run ${run.counter}, when run ${known!.counter} was met before`);
      }
      const met = knownAs(run);
      await writeSmallFile(this.disk, this.fileOf(node), FORMAT, VERSION, met);
      this.known.set(node, met);
    });
  }

  /** Forgets every node but these: no session is shared with the others any more. */
  async keepOnly(nodes: ReadonlySet<NodeUid>): Promise<void> {
    for (const node of this.known.keys()) {
      if (nodes.has(node)) continue;
      await this.turns.take(node, async () => {
        await this.disk.remove(this.fileOf(node));
        await this.disk.syncFolder(this.folder);
        this.known.delete(node);
      });
    }
  }

  private fileOf(node: NodeUid): string {
    return path.join(this.folder, `${node}.json`);
  }
}

/** Whether a refusal says that the node's own data directory is not what it was. */
export function isOfRun(code: string | undefined): code is 'NODE_ROLLED_BACK' | 'NODE_CLONED' {
  return code === 'NODE_ROLLED_BACK' || code === 'NODE_CLONED';
}
