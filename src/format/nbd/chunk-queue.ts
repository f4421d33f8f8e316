/** Bytes as a socket delivered them, taken from the front in the pieces that a parser asks for. */
export class ChunkQueue {
  /** Bytes in the queue. */
  bytes = 0;
  /** Where the bytes found by `locate` are. */
  located: Buffer = Buffer.alloc(0);
  locatedAt = 0;

  private readonly chunks: Buffer[] = [];
  /** Bytes of the first chunk that are taken already. */
  private at = 0;
  private readonly joint: Buffer;

  /** @param locateBytesMax most that `locate` will be asked for */
  constructor(locateBytesMax: number) {
    this.joint = Buffer.alloc(locateBytesMax);
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** Takes a few bytes that must lie together; copies only where chunks meet. False, and nothing taken, while there are fewer. */
  locate(count: number): boolean {
    if (this.bytes < count) return false;
    const first = this.chunks[0]!;
    if (first.length - this.at >= count) {
      this.located = first;
      this.locatedAt = this.at;
      this.skip(count);
      return true;
    }
    for (let filled = 0; filled < count;) {
      const piece = this.take(count - filled);
      filled += piece.copy(this.joint, filled);
    }
    this.located = this.joint;
    this.locatedAt = 0;
    return true;
  }

  /** Takes up to `countMax` bytes, as many as the first chunk has, without copying. The queue must not be empty. */
  take(countMax: number): Buffer {
    const first = this.chunks[0]!;
    const end = Math.min(first.length, this.at + countMax);
    const piece = first.subarray(this.at, end);
    this.skip(piece.length);
    return piece;
  }

  /** Drops up to `countMax` bytes of the first chunk and says how many. */
  drop(countMax: number): number {
    const count = Math.min(countMax, this.chunks[0]!.length - this.at);
    this.skip(count);
    return count;
  }

  private skip(count: number): void {
    this.at += count;
    this.bytes -= count;
    if (this.at === this.chunks[0]!.length) {
      this.chunks.shift();
      this.at = 0;
    }
  }
}
