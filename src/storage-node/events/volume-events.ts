import type { VolumeUid } from '../../model/ids.js';
import type { EventType } from '../../model/event.js';
import type { VolumeCondition } from '../group/hosted-volumes.js';
import type { EventJournal } from './event-journal.js';

/** Looks at the volumes of the node again and again, and has the journal tell what became of them since the last look, each thing once. */
export class VolumeEvents {
  private readonly failing = new Set<VolumeUid>();
  private readonly held = new Set<VolumeUid>();

  constructor(private readonly journal: EventJournal) {}

  /** @param conditions of all volumes of the node that are not as they should be; one that is not among them is well, or gone */
  look(conditions: readonly VolumeCondition[]): void {
    const failing = new Map(conditions.filter(({ isFailing }) => isFailing).map(({ uid, detail }) => [uid, detail]));
    const held = new Map(conditions.filter(({ isHeld }) => isHeld).map(({ uid, detail }) => [uid, detail]));
    this.turn(
      this.failing,
      failing,
      ['Volume_Failed', 'Volume_Recovered'],
      'The volume serves hosts without errors again',
    );
    this.turn(this.held, held, ['Volume_Held', 'Volume_Released'], 'The volume is not held any more');
  }

  private turn(
    known: Set<VolumeUid>,
    now: ReadonlyMap<VolumeUid, string>,
    [begins, ends]: readonly [EventType, EventType],
    endMessage: string,
  ): void {
    for (const [volumeUid, message] of now) {
      if (!known.has(volumeUid)) this.tell(begins, volumeUid, message);
      known.add(volumeUid);
    }
    for (const volumeUid of known) {
      if (now.has(volumeUid)) continue;
      known.delete(volumeUid);
      this.tell(ends, volumeUid, endMessage);
    }
  }

  private tell(type: EventType, volumeUid: VolumeUid, message: string): void {
    this.journal.tell({ type, groupUid: null, sessionUids: [], volumeUid, message });
  }
}
