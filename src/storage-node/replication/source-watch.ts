import type { Clock } from '../config/clock.js';
import type { GroupStream } from '../group/group-stream.js';
import type { Progress } from './progress.js';
import type { SourceGate } from './source-gate.js';
import type { SourceGroup } from './source-group.js';
import { StallWatch } from './stall-watch.js';

/** Silence beyond the heartbeat timeout after which the source lets go: by then the destination knows that it is out of date. */
const LET_GO_GRACE_MS = 1000;

/** What the clock tells a source of its destination: that it is lost, too slow, or that its copy gets nowhere. */
export class SourceWatch {
  private readonly clock: Clock;
  private readonly stallWatch: StallWatch;
  private lastHeardMs: number;
  private heardWallMs: number | null = null;

  constructor(
    private readonly source: SourceGroup,
    private readonly stream: GroupStream,
    private readonly gate: SourceGate,
    private readonly progress: Progress,
  ) {
    this.clock = source.group.clock;
    this.stallWatch = new StallWatch(this.clock);
    this.lastHeardMs = this.clock.monotonicMs();
  }

  /** When it was last heard in this run, wall milliseconds. */
  get lastHeardWallMs(): number | null {
    return this.heardWallMs;
  }

  hear(): void {
    this.lastHeardMs = this.clock.monotonicMs();
    this.heardWallMs = this.clock.wallMs();
  }

  /** It is given its time anew before it is let go. */
  forgetSilence(): void {
    this.lastHeardMs = this.clock.monotonicMs();
  }

  /** @param heardMs when the present connection last brought anything; 0 without one */
  isLost(heardMs: number): boolean {
    const timeoutMs = this.stream.spec.settings.heartbeatTimeoutSeconds * 1000;
    const silenceMs = this.clock.monotonicMs() - Math.max(this.lastHeardMs, heardMs);
    return silenceMs > timeoutMs + LET_GO_GRACE_MS;
  }

  /** A write waits for this destination, which is connected, for longer than is allowed. */
  isTooSlow(isConnected: boolean): boolean {
    const { maxWriteDelayMs } = this.stream.spec.settings;
    const waitingSince = this.source.writer.oldestWaitingSinceMs;
    if (!this.gate.isWaiting || !isConnected || waitingSince === undefined || maxWriteDelayMs === 0) return false;
    const { source, gate } = this;
    const isSlowest = gate.receivedLsn <= source.receivedLsn || gate.durableLsn <= source.durableLsn;
    return isSlowest && this.clock.monotonicMs() - waitingSince > maxWriteDelayMs;
  }

  /** Told once for each time that a copy which is due got nowhere for long. */
  isStuck(isDue: boolean, isConnected: boolean): boolean {
    return this.stallWatch.look(isDue, isConnected, this.progress.steps);
  }
}
