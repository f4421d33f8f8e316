import type { NbdClient } from '../../src/tools/nbd-client/client.js';
import { SeededRandom } from './seeded-random.js';

const BLOCK_BYTES = 4096;

/** A well-behaved host: writes blocks, reads them back and compares, on and on, until it is told to stop or something is wrong. */
export class VerifiedHost {
  /** Blocks that were written, read back and found right. */
  verified = 0;
  private isStopping = false;
  private readonly work: Promise<void>;

  constructor(
    private readonly client: NbdClient,
    seed: number,
  ) {
    this.work = this.run(new SeededRandom(seed));
    // Whoever waits is told; nobody may be waiting just now.
    this.work.catch(() => {});
  }

  /** Resolves when so many more blocks were verified; fails as soon as the host does. */
  async goesOn(blocks: number): Promise<void> {
    const goal = this.verified + blocks;
    while (this.verified < goal) await Promise.race([this.work, new Promise((resolve) => setTimeout(resolve, 5))]);
  }

  /** @throws Error when anything was wrong */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.work;
    await this.client.disconnect();
  }

  private async run(random: SeededRandom): Promise<void> {
    const blocks = this.client.sizeBytes / BLOCK_BYTES;
    while (!this.isStopping) {
      const offset = random.below(blocks) * BLOCK_BYTES;
      const data = Buffer.alloc(BLOCK_BYTES, random.below(256));
      await this.client.write(offset, data);
      if (!(await this.client.read(offset, BLOCK_BYTES)).equals(data)) throw new Error(`other bytes at ${offset}`);
      this.verified++;
    }
  }
}
