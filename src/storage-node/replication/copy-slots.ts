/** What a copy holds, or waits for. */
export interface CopySlot {
  /** Whether it is held now. */
  readonly isHeld: boolean;
  /** Resolves when it is held, or was given back before that. */
  readonly settled: Promise<void>;
  /** Gives it back, or leaves the queue. A second time does nothing. */
  release(): void;
}

interface Waiter {
  readonly volumes: number;
  grant(): void;
}

/**
 * How many volumes this node copies at once, as the source of their copies (promise C58). Whoever wants to copy more of them waits in
 * the order of asking; nobody overtakes, so that a copy of many volumes is not starved by small ones. A copy of more volumes than the
 * limit runs alone.
 */
export class CopySlots {
  private heldVolumes = 0;
  private readonly waiting: Waiter[] = [];

  constructor(private volumesMax: number) {}

  /** Volumes that are copied now. */
  get volumesHeld(): number {
    return this.heldVolumes;
  }

  get limit(): number {
    return this.volumesMax;
  }

  /** Holds from now on. A copy under way goes on when the limit is lowered; whoever waits is let in when it is raised. */
  set limit(volumesMax: number) {
    this.volumesMax = volumesMax;
    this.admit();
  }

  take(volumes: number): CopySlot {
    let settle: () => void = () => {};
    let state: 'waiting' | 'held' | 'released' = 'waiting';
    const waiter: Waiter = {
      volumes,
      grant: () => {
        state = 'held';
        settle();
      },
    };
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const release = (): void => {
      if (state === 'waiting') this.waiting.splice(this.waiting.indexOf(waiter), 1);
      else if (state === 'held') this.heldVolumes -= volumes;
      else return;
      state = 'released';
      settle();
      this.admit();
    };
    this.waiting.push(waiter);
    this.admit();
    return {
      get isHeld() {
        return state === 'held';
      },
      settled,
      release,
    };
  }

  private admit(): void {
    while (this.waiting.length > 0) {
      const { volumes, grant } = this.waiting[0]!;
      if (this.heldVolumes > 0 && this.heldVolumes + volumes > this.volumesMax) return;
      this.waiting.shift();
      this.heldVolumes += volumes;
      grant();
    }
  }
}
