import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../node-process/children.js';
import type { FleetSize } from './fleet.js';

/** What the fleet's process is told, and answers with the addresses and enrolment tokens of its nodes. */
export type FleetOrder =
  | { readonly start: FleetSize & { readonly folder: string } }
  /** The lag of so many sessions at their source, of every node. */
  | { readonly lag: { readonly sessions: number; readonly writes: number } };

export interface FleetNode {
  readonly name: string;
  readonly address: string;
  readonly enrolmentToken: string;
}

/** A fleet in a process of its own, so that what it costs is not taken for the control plane's. */
export class FleetProcess {
  nodes: readonly FleetNode[] = [];

  private constructor(private readonly child: ChildProcess) {}

  static async start(folder: string, size: FleetSize): Promise<FleetProcess> {
    // Not with what this process was started with: that ends it with the launcher, whose child it is not.
    const child = endWithUs(fork(fileURLToPath(new URL('main.js', import.meta.url)), [], { execArgv: [] }));
    const fleet = new FleetProcess(child);
    fleet.nodes = await fleet.order({ start: { ...size, folder } });
    return fleet;
  }

  get pid(): number {
    return this.child.pid!;
  }

  async lag(sessions: number, writes: number): Promise<void> {
    await this.order({ lag: { sessions, writes } });
  }

  stop(): void {
    this.child.kill();
  }

  private order(order: FleetOrder): Promise<FleetNode[]> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('the simulated nodes ended'));
      this.child.once('exit', gone);
      this.child.once('message', (answer: FleetNode[]) => {
        this.child.off('exit', gone);
        resolve(answer);
      });
      this.child.send(order);
    });
  }
}
