import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../node-process/children.js';
import type { LinkConditions } from './relay-lane.js';

/** What the relay's process is told; it answers each with the addresses that it carries to their targets. */
export type RelayOrder = { readonly open: string } | { readonly become: Partial<LinkConditions> };

/** Relays in a process of their own, so that they take nothing of the loop of whoever measures. */
export class RelayProcess {
  private constructor(private readonly child: ChildProcess) {}

  static start(): RelayProcess {
    // Not with what this process was started with: that ends it with the launcher, whose child it is not.
    return new RelayProcess(endWithUs(fork(fileURLToPath(new URL('main.js', import.meta.url)), [], { execArgv: [] })));
  }

  /** @returns where to dial instead of the target, both host:port */
  open(target: string): Promise<string> {
    return this.order({ open: target });
  }

  /** Of all links of this process, from now on. */
  async become(conditions: Partial<LinkConditions>): Promise<void> {
    await this.order({ become: conditions });
  }

  stop(): void {
    this.child.kill();
  }

  private order(order: RelayOrder): Promise<string> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('the relay ended'));
      this.child.once('exit', gone);
      this.child.once('message', (answer: string) => {
        this.child.off('exit', gone);
        resolve(answer);
      });
      this.child.send(order);
    });
  }
}
