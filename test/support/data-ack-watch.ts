import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { DataAcknowledged } from './group-space.js';
import type { VolumeModel } from './volume-model.js';

const PERIOD_MS = 25;

/** Asks a source again and again how far its destination is, until it does not answer any more. */
export class DataAckWatch {
  private readonly acknowledged: DataAcknowledged;
  private readonly watching: Promise<void>;
  private isOver = false;

  constructor(
    private readonly pair: NodePair,
    private readonly model: VolumeModel,
  ) {
    this.acknowledged = new DataAcknowledged(model);
    this.watching = this.watch();
  }

  /** @returns for `checkPrefix`: what the destination must have at least */
  async end(): Promise<number> {
    this.isOver = true;
    await this.watching;
    return this.acknowledged.atLeast;
  }

  private async watch(): Promise<void> {
    while (!this.isOver) {
      const before = this.model.now();
      const state = await this.pair.state().catch(() => null);
      if (state === null) return;
      const { headLsn, durableLsn, loggingTo, dataState, phase } = state;
      const isLogged = loggingTo === 'Srl' && dataState !== 'Inconsistent' && phase === 'Equivalent';
      if (isLogged) this.acknowledged.heard(Number(headLsn), Number(durableLsn), before);
      else this.acknowledged.forgetHeads();
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
    }
  }
}
