import type { Heartbeat } from '../../format/peer/messages.js';
import type { Clock, Timer } from '../config/clock.js';
import { PEER_HEARTBEAT_INTERVAL_MS_MAX, PEER_SILENCE_GRACE_MS } from '../config/limits.js';

/**
 * The rhythm of one connection: asks for a heartbeat at least four times in each timeout and calls silence when nothing at all was
 * heard for the timeout and its grace. Sends nothing itself.
 */
export class Heartbeats {
  /**
   * Own monotonic time of the last heartbeat that the peer proved to have heard; -Infinity before. The peer heard us at this time or
   * later, so it cannot call silence before this + timeout + grace: the lease by which a destination may still call itself Up_To_Date
   * until this + timeout.
   */
  confirmedMs = Number.NEGATIVE_INFINITY;

  /** Nothing is read from the peer just now: that nothing is heard says nothing about it. */
  isDeaf = false;
  /** Own monotonic time at which anything last came. */
  heardMs = 0;
  /** Of the last heartbeat received: the peer's time in it, and ours when it came. */
  private peerSentUs = 0;
  private peerSentHeardMs = 0;
  private beatTimer: Timer | null = null;
  private silenceTimer: Timer | null = null;

  /** @param timeoutMs the session's heartbeat timeout; `beat` and `silence` are called from timers only */
  constructor(
    private readonly clock: Clock,
    private timeoutMs: number,
    private readonly beat: () => void,
    private readonly silence: () => void,
  ) {}

  start(): void {
    this.heard();
    this.scheduleBeat();
    this.watch(this.limitMs);
  }

  stop(): void {
    this.beatTimer?.cancel();
    this.silenceTimer?.cancel();
    this.beatTimer = this.silenceTimer = null;
  }

  /** The session's setting changed; counts from the last time the peer was heard. */
  changeTimeout(timeoutMs: number): void {
    if (timeoutMs === this.timeoutMs) return;
    this.timeoutMs = timeoutMs;
    if (!this.beatTimer) return;
    this.stop();
    this.scheduleBeat();
    this.watch(this.heardMs + this.limitMs - this.clock.monotonicMs());
  }

  /** Half of what may pass has, without a sign of life. */
  get isQuiet(): boolean {
    return !this.isDeaf && this.clock.monotonicMs() - this.heardMs > this.timeoutMs / 2;
  }

  /** Any byte from the peer is a sign of life: a heartbeat may be stuck behind a long message on a thin link. */
  heard(): void {
    this.heardMs = this.clock.monotonicMs();
  }

  /** Times to put into the next heartbeat. */
  times(): Pick<Heartbeat, 'sentUs' | 'echoUs' | 'heldUs'> {
    const now = this.clock.monotonicMs();
    const heldUs = this.peerSentUs === 0 ? 0 : Math.floor((now - this.peerSentHeardMs) * 1000);
    return { sentUs: Math.floor(now * 1000), echoUs: this.peerSentUs, heldUs };
  }

  /** Takes the times of a heartbeat received. Answers the round-trip time, milliseconds, or null when it says nothing of that. */
  take(heartbeat: Heartbeat): number | null {
    const now = this.clock.monotonicMs();
    this.peerSentUs = heartbeat.sentUs;
    this.peerSentHeardMs = now;
    // An echo of something that we cannot have sent yet proves nothing.
    const echoMs = heartbeat.echoUs / 1000;
    if (echoMs === 0 || echoMs > now) return null;
    this.confirmedMs = Math.max(this.confirmedMs, echoMs);
    return Math.max(0, now - echoMs - heartbeat.heldUs / 1000);
  }

  private get limitMs(): number {
    return this.timeoutMs + PEER_SILENCE_GRACE_MS;
  }

  private scheduleBeat(): void {
    this.beatTimer = this.clock.after(Math.min(this.timeoutMs / 4, PEER_HEARTBEAT_INTERVAL_MS_MAX), () => {
      this.scheduleBeat();
      this.beat();
    });
  }

  private watch(delayMs: number): void {
    this.silenceTimer = this.clock.after(Math.max(0, delayMs), () => {
      if (this.isDeaf) this.heard();
      const remainingMs = this.heardMs + this.limitMs - this.clock.monotonicMs();
      if (remainingMs > 0) this.watch(remainingMs);
      else this.lookOnceMore();
    });
  }

  /** When this process itself was held up, the peer's bytes may be waiting unread: the loop polls once before a verdict. */
  private lookOnceMore(): void {
    const heardMs = this.heardMs;
    this.silenceTimer = this.clock.after(1, () => {
      if (this.heardMs === heardMs) this.silence();
      else this.watch(this.heardMs + this.limitMs - this.clock.monotonicMs());
    });
  }
}
