import type { GroupStream } from '../group/group-stream.js';

/**
 * Since when the destination has lacked what a stream's maps name (promise C32). It is looked at from time to time, so that a host's
 * write costs nothing: the age may be too great by the time between two looks, and never too small.
 */
export class MapLag {
  /** The stream began to be behind since this was last set to false; the record that says so need not be saved yet. */
  isNews = false;
  /** Wall milliseconds; null while the map of that name is empty. */
  private activeSinceMs: number | null;
  private replaySinceMs: number | null;

  /** @param lookedAtMs wall milliseconds; what is marked and not known from before a restart counts from here */
  constructor(
    private readonly stream: GroupStream,
    private lookedAtMs: number,
  ) {
    this.activeSinceMs = this.replaySinceMs = stream.record.behindSinceMs ?? lookedAtMs;
    this.look(lookedAtMs);
  }

  /** To be called every 100 ms or so. */
  look(nowMs: number): void {
    const { record, maps } = this.stream;
    let [active, replay] = [0, 0];
    for (const { map } of maps.values()) {
      active += map.activeCount;
      replay += map.replayCount;
    }
    this.activeSinceMs = active === 0 ? null : (this.activeSinceMs ?? this.lookedAtMs);
    this.replaySinceMs = replay === 0 ? null : (this.replaySinceMs ?? this.activeSinceMs ?? this.lookedAtMs);
    this.lookedAtMs = nowMs;
    if (record.behindSinceMs === null && active + replay > 0) this.isNews = true;
    record.behindSinceMs = earlier(this.activeSinceMs, this.replaySinceMs);
  }

  /** Called before a pass begins: what is active becomes what is replayed. */
  passBegins(nowMs: number): void {
    this.look(nowMs);
    this.replaySinceMs = earlier(this.replaySinceMs, this.activeSinceMs);
    this.activeSinceMs = null;
  }

  /** The maps take over what the log held, the oldest of it since then. */
  tookOver(sinceMs: number): void {
    this.activeSinceMs = Math.min(sinceMs, this.activeSinceMs ?? sinceMs);
  }

  seconds(nowMs: number): number {
    if (!this.stream.hasMarks) return 0;
    const since = this.stream.record.behindSinceMs ?? this.lookedAtMs;
    return Math.max(0, (nowMs - since) / 1000);
  }
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
