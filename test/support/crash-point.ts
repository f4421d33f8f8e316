/** A point at which a process dies: the n-th of the steps by which it leaves traces outside of itself. */

/** What a dead process was about to do; nothing of it happens any more. */
export class Dead extends Error {}

export class CrashPoint {
  /** Every step since it was armed, in order: `COMMIT`, `putVolume at site-a: asked`. */
  readonly steps: string[] = [];
  private at = Infinity;
  private isOver = false;
  private onDeath: () => void = () => undefined;

  /** From now on: the process dies at the n-th step, counted from 1; Infinity only counts. */
  arm(at: number, onDeath: () => void): void {
    this.steps.length = 0;
    this.at = at;
    this.isOver = false;
    this.onDeath = onDeath;
  }

  /** Of the step at which it died, or null while it lives. */
  get died(): string | null {
    return this.isOver ? this.steps.at(-1)! : null;
  }

  /** @throws Dead when the process dies here, or is dead */
  cross(step: string): void {
    if (this.isOver) throw new Dead(step);
    this.steps.push(step);
    if (this.steps.length < this.at) return;
    this.isOver = true;
    this.onDeath();
    throw new Dead(step);
  }

  /** Around a call of a node: the process dies before it, or after the node acted and before it learns so. */
  readonly around = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    this.cross(`${what}: asked`);
    const answer = await act();
    this.cross(`${what}: done`);
    return answer;
  };

  /** Another process takes over. */
  disarm(): void {
    this.at = Infinity;
    this.isOver = false;
  }
}
