import { isRefusal, Refusal } from '../../errors/refusal.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Region, StartLog } from '../../format/peer/messages.js';
import { RecordParser } from '../../format/srl/record-parser.js';
import { RecordType } from '../../format/srl/record.js';
import { lsn } from '../../model/position.js';
import type { Group } from '../group/group.js';
import type { Mirror } from '../group/mirror.js';
import { LogOrderError } from '../srl/srl.js';
import type { PeerConnection } from './peer-connection.js';

export interface IntakeObserver {
  /** Whether what comes can be taken; false when it cannot for a while, and is passed over. @throws Refusal while suspended */
  mayTake(): boolean;
  /** The source is to be told positions. */
  progressed(): void;
}

/** What one connection brings for a destination's log and volumes: records, regions, and where the log begins. */
export class Intake {
  private readonly parser = new RecordParser('peer');
  /** Asked to send again from here: what comes meanwhile is passed over in silence. */
  private resendFromLsn = -1;

  constructor(
    private readonly group: Group,
    private readonly mirror: Mirror,
    private readonly connection: PeerConnection,
    private readonly on: IntakeObserver,
  ) {}

  takeRecords(body: Buffer): void {
    if (!this.on.mayTake()) return;
    let receipt: string;
    try {
      receipt = this.mirror.receive(this.parser.push(body));
    } catch (error) {
      if (error instanceof LogOrderError) throw new Refusal('FORMAT_CORRUPT', error.message);
      // A damaged record: the connection is used no further, and the records are sent again on the next.
      if (isRefusal(error, 'FORMAT_CORRUPT')) this.connection.statistics.checksumErrors++;
      throw error;
    }
    if (receipt === 'gap') this.askAgain();
    else this.resendFromLsn = -1;
    this.on.progressed();
  }

  private askAgain(): void {
    const from = this.mirror.receivedLsn;
    if (this.resendFromLsn === from || this.connection.closeReason !== null) return;
    this.resendFromLsn = from;
    this.connection.statistics.gaps++;
    this.connection.send({ type: Type.Resend, fromLsn: lsn(from) });
  }

  takeRegionWhenReady(region: Region): Promise<void> | undefined {
    const take = (): Promise<void> | undefined => {
      this.takeRegion(region);
      return this.mirror.catchUp();
    };
    const ready = this.mirror.unlogged.prepareForRegion();
    return ready === undefined ? take() : ready.then(take);
  }

  private takeRegion({ sequence, slot, offset, lengthBytes, isZero, payload }: Region): void {
    if (!this.on.mayTake()) return;
    this.mirror.copyRegion(sequence, slot, {
      type: isZero ? RecordType.Trim : RecordType.Write,
      offset,
      length: lengthBytes,
      payload: isZero ? [] : [payload],
    });
  }

  async startLog(message: StartLog): Promise<void> {
    const { fromLsn, predecessorCrc, runningBytes, isReset, consistentAtLsn, lineage, members } = message;
    const { isLogVoid, resyncFromLsn } = this.group.record.mirror;
    // A log that was lost begins anew where the volumes are known to stand.
    if (isReset || (isLogVoid && fromLsn === resyncFromLsn)) {
      await this.mirror.resetLog(fromLsn, predecessorCrc, runningBytes, consistentAtLsn, lineage, members);
      if (!isReset) {
        // Nobody made sure that the source has what came before durably.
        this.group.record.mirror.lostThroughLsn = fromLsn;
        await this.group.file.save();
      }
      this.connection.send({ type: Type.LogStarted });
    } else if (isLogVoid || fromLsn > this.mirror.receivedLsn) {
      throw new Refusal('FORMAT_CORRUPT', `the log begins at ${fromLsn}, beyond ${this.mirror.receivedLsn}`);
    }
    this.on.progressed();
  }
}
