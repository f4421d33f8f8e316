import type { ErrorName } from '../../errors/registry.js';
import type { Welcome } from '../../format/peer/messages.js';
import { isLogged } from '../../model/session.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { StreamRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { CatchUp } from './choose-catch-up.js';
import type { DiskTroubleRetry } from './disk-trouble.js';
import type { Lag } from './lag.js';
import { shareBytesOf } from './log-share.js';
import type { MapLag } from './map-lag.js';
import type { PeerConnection } from './peer-connection.js';
import type { Progress } from './progress.js';
import type { ReturnToLog } from './return-to-log.js';
import type { SourceGate } from './source-gate.js';
import type { SourceGroup } from './source-group.js';
import { pinLog } from './source-standing.js';
import { SourceTransfer, type TransferOwner } from './source-transfer.js';
import { StackTransfer } from './stack-transfer.js';
import type { StreamFall } from './stream-fall.js';
import type { Transfer } from './transfer.js';

/** Parts of the stream that what moves works on. */
export interface MovingParts {
  readonly gate: SourceGate;
  readonly progress: Progress;
  readonly lag: Lag;
  readonly mapLag: MapLag;
  readonly falling: StreamFall;
  readonly retry: DiskTroubleRetry;
  readonly returnToLog: ReturnToLog;
}

export interface MovingOwner {
  isCurrent(connection: PeerConnection): boolean;
  /** The roles are settled again. */
  unfence(): void;
  fail(code: ErrorName, where: 'destination'): Promise<void>;
  stepFailed(connection: PeerConnection, error: unknown): void;
  /** A volume of the source cannot be read. */
  unreadable(): void;
  moved(): void;
}

/** Has data moved over a connection once it is settled what the destination lacks, if anything may move. */
export class SourceMoving {
  private present: Transfer | null = null;

  constructor(
    private readonly source: SourceGroup,
    private readonly stream: GroupStream,
    private readonly parts: MovingParts,
    private readonly on: MovingOwner,
  ) {}

  /** What moves data over the present connection; null while nothing may move. */
  get transfer(): Transfer | null {
    return this.present;
  }

  stop(): void {
    this.present?.stop();
    this.present = null;
  }

  private get record(): StreamRecord {
    return this.stream.record;
  }

  private get spec(): SessionSpec {
    return this.stream.spec;
  }

  /** Moves data, if anything may move. */
  async proceed(connection: PeerConnection, welcome: Welcome, choice: CatchUp): Promise<void> {
    const { record } = this;
    if (record.isWaitingForResume || (record.error !== null && !this.parts.retry.isSessionDue)) return;
    record.error = null;
    if (choice.kind === 'tail' || choice.kind === 'fenced' || choice.kind === 'split-brain') {
      return this.conflict(choice.kind === 'fenced');
    }
    record.isHalted = false;
    if (choice.kind !== 'log' && this.parts.gate.isWaiting) await this.parts.gate.end();
    this.parts.gate.refresh();
    if (!this.parts.gate.isWaiting) record.phase = 'Copying';
    // A copy could not end by the log: the destination keeps its point in time meanwhile.
    if (!this.canMove) return;
    // The connection may have ended meanwhile, or the session been suspended.
    if (!this.on.isCurrent(connection) || this.spec.run !== 'Active') return;
    this.on.unfence();
    const transfer = this.makeTransfer(connection, welcome.continuityId);
    this.present = transfer;
    if (choice.kind === 'log' && transfer instanceof SourceTransfer) {
      return transfer.streamLog(choice.fromLsn, welcome.dataState);
    }
    if (choice.kind === 'full') {
      record.mapsFromLsn = 0;
      // One that took up anything from us has our lineage; to one without, the word of the operator applies.
      const isTakenAsEqual = record.isCopySkipped === true && welcome.lineage.length === 0;
      if (!isTakenAsEqual) this.stream.markAll();
    } else pinLog(this.stream, choice.kind === 'log' ? choice.fromLsn : choice.commonLsn);
    // A volume that was written besides its log, or lost the end of it, is ahead of it: on top of regions copied from there, records from
    // before would undo what they lack.
    await this.parts.falling.whole();
    if (this.present !== transfer) return;
    if (choice.kind === 'regions' && choice.needsDestinationMap) transfer.ask(choice.commonLsn);
    else await transfer.begin(welcome);
  }

  /** A destination that goes by regions alone needs the log only where it has not been settled yet what becomes of it. */
  get canMove(): boolean {
    const { log, record, isWithoutLog } = this.source.group;
    return isLogged(this.spec.settings) ? !isWithoutLog : log.failedBy === null || record.lostLog !== null;
  }

  private makeTransfer(connection: PeerConnection, continuityId: string): Transfer {
    const { group, around } = this.source;
    const owner: TransferOwner = {
      slots: around.copySlots,
      returnToLog: this.parts.returnToLog,
      shareBytes: () => shareBytesOf(this.spec),
      proof: { bootId: around.bootId, continuityId },
      fallen: () => this.parts.falling.settled(),
      unreadable: () => this.on.unreadable(),
      failed: (of, error) => this.on.stepFailed(of, error),
      moved: () => this.on.moved(),
    };
    const { stream } = this;
    const { progress, gate, lag, mapLag } = this.parts;
    const { budget } = around;
    return isLogged(this.spec.settings)
      ? new SourceTransfer(group, stream, connection, progress, gate, lag, mapLag, owner, budget)
      : new StackTransfer(group, stream, connection, progress, lag, mapLag, owner, budget);
  }

  /** Two sides that were written apart: nothing moves until an operator names the winner. */
  private async conflict(isFenced: boolean): Promise<void> {
    if (isFenced) this.source.fence();
    await this.on.fail('SESSION_SPLIT_BRAIN', 'destination');
  }
}
