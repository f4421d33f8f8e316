import type { EventType } from '../../model/event.js';
import { NODE_EVENTS_MAX, type NodeEvent } from '../../node-api/contract.js';
import type { Clock } from '../config/clock.js';

/** An event before it has a number and a time. */
export interface Happening extends Pick<NodeEvent, 'groupUid' | 'sessionUids' | 'volumeUid' | 'message'> {
  readonly type: EventType;
}

/** The events of this run of the node, numbered; the latest NODE_EVENTS_MAX are kept until somebody asks. */
export class EventJournal {
  private events: NodeEvent[] = [];
  private sequence = 0;

  /** @param told hears of every event as well, e.g. to log it */
  constructor(
    private readonly clock: Pick<Clock, 'wallMs'>,
    private readonly told: (event: NodeEvent) => void = () => undefined,
  ) {}

  tell(happening: Happening): void {
    const event = { ...happening, sequence: ++this.sequence, time: new Date(this.clock.wallMs()).toISOString() };
    if (this.events.length >= NODE_EVENTS_MAX) this.events.shift();
    this.events.push(event);
    this.told(event);
  }

  /** The latest, oldest first. */
  list(): readonly NodeEvent[] {
    return [...this.events];
  }
}
