/** Tells the story to people, and keeps it for machines. */

export interface Claim {
  readonly claim: string;
  /** What was seen, with its numbers. */
  readonly seen: string;
  readonly holds: boolean;
}

/** A claim did not hold; the story ends here. */
export class ClaimFailed extends Error {
  constructor(readonly claim: Claim) {
    super(`${claim.claim}: ${claim.seen}`);
  }
}

export class Narrator {
  readonly claims: Claim[] = [];
  private readonly startedAt = performance.now();

  /** @param stream stdout for people; stderr when stdout is for machines */
  constructor(private readonly stream: NodeJS.WritableStream) {}

  get seconds(): number {
    return Math.round((performance.now() - this.startedAt) / 100) / 10;
  }

  step(title: string): void {
    this.line(`\n[${this.seconds.toFixed(1).padStart(5)} s] ${title}`);
  }

  say(text: string): void {
    for (const line of text.trimEnd().split('\n')) this.line(`          ${line}`);
  }

  /** @throws ClaimFailed */
  check(claim: string, holds: boolean, seen: string): void {
    const checked = { claim, seen, holds };
    this.claims.push(checked);
    this.line(`  ${holds ? 'proved' : 'FAILED'}  ${claim}: ${seen}`);
    if (!holds) throw new ClaimFailed(checked);
  }

  line(text: string): void {
    this.stream.write(`${text}\n`);
  }
}

export function mib(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
