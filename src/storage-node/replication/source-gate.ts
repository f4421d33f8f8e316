import { isRefusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { splitModeNow } from '../../model/session.js';
import type { Group } from '../group/group.js';
import { errorNow, type StreamError } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { HostWriter } from '../group/host-writer.js';
import { isDiskTrouble } from './disk-trouble.js';
import type { Progress } from './progress.js';

/**
 * Whether host writes wait for the destination. Letting it go is durable before the first write is acknowledged without it.
 */
export class SourceGate {
  /** Why host writes are refused: the destination is lost and the split mode is Manual. */
  writeRefusal: ErrorName | null = null;
  private isShut = false;
  private sinceLsn = 0;
  private lettingGo: Promise<void> | null = null;

  constructor(
    private readonly group: Group,
    private readonly stream: GroupStream,
    private readonly progress: Progress,
    private readonly writer: () => HostWriter,
  ) {}

  /** Whether acknowledgements wait for the destination. */
  get isWaiting(): boolean {
    return this.isShut;
  }

  get receivedLsn(): number {
    return this.isShut ? this.progress.receivedLsn : Infinity;
  }

  get durableLsn(): number {
    return this.isShut ? this.progress.durableLsn : Infinity;
  }

  /** Whether the destination has everything from before writes began to wait for it. */
  get isInTouch(): boolean {
    return this.isShut && this.progress.receivedLsn >= this.sinceLsn;
  }

  /** From the next write on, acknowledgements wait. */
  begin(receivedLsn: number): void {
    this.isShut = true;
    this.sinceLsn = this.group.log.headLsn;
    this.progress.receivedLsn = receivedLsn;
  }

  /** Writes wait no more, and nobody relies on the destination: what waits is acknowledged by the next `release`. */
  open(): void {
    this.isShut = false;
  }

  /** The destination was silent for too long. */
  letGo(): void {
    const { record, spec } = this.stream;
    if (record.isHalted) return;
    record.isHalted = true;
    record.isWaitingForResume = spec.settings.recoveryMode === 'Manual';
    this.endSoon();
  }

  private endSoon(): void {
    this.lettingGo ??= this.end().finally(() => (this.lettingGo = null));
    // Whoever needs to know asks `settled`; the next tick tries again.
    this.lettingGo.catch(() => {});
  }

  /** Whether writes still wait for a destination that is written off: telling so durably failed, and must be tried again. */
  retryEnd(): void {
    const { record } = this.stream;
    if (this.isShut && (record.isHalted || record.error !== null)) this.endSoon();
  }

  /** Resolves when no letting go is under way. */
  async settled(): Promise<void> {
    await this.lettingGo;
  }

  /** The session goes to Error. */
  fail(code: ErrorName, where: 'source' | 'destination'): Promise<void> {
    const error = this.errorOf(code);
    // Which disk it is that an operator should look at.
    this.stream.record.error = isDiskTrouble(code) ? { ...error, message: `${error.message} (${where})` } : error;
    this.endSoon();
    return this.settled();
  }

  /** Stops waiting: durably out of date first, then what waits is acknowledged, or fails under split mode Manual. */
  async end(): Promise<void> {
    const { record } = this.stream;
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    this.refresh();
    try {
      await this.group.file.save();
    } catch (error) {
      // Nothing can be acknowledged without it; rather than wait for a disk to be repaired, hosts are told.
      this.writer().failWaiting(isRefusal(error) ? error.code : 'DEVICE_FAILED');
      throw error;
    }
    this.open();
    if (this.writeRefusal !== null) this.writer().failWaiting(this.writeRefusal);
    else this.writer().release();
  }

  /** To be called when the session, its settings or its stream's state changed. */
  refresh(): void {
    const { record, spec } = this.stream;
    const isLost = record.isHalted || record.error !== null || this.group.record.lostLog?.kind === 'Failed';
    const mayFail = spec.run === 'Active' && splitModeNow(spec.settings) === 'Manual';
    this.writeRefusal = mayFail && isLost ? 'ACCESS_NO_DESTINATION' : null;
  }

  errorOf(code: ErrorName): StreamError {
    return errorNow(code, this.group.clock);
  }
}
