import type { EventType } from '../../model/event.js';
import type { TransferMode } from '../../model/session.js';
import type { PathState, SessionState } from '../../node-api/contract.js';

/** What of a stream's state events are told from; that of any of its sessions. */
export interface StreamPicture extends Pick<
  SessionState,
  | 'role'
  | 'status'
  | 'phase'
  | 'effectiveMode'
  | 'loggingTo'
  | 'error'
  | 'throttle'
  | 'isRpoBreached'
  | 'isLinkUp'
  | 'paths'
> {
  readonly mode: TransferMode;
  readonly statistics: Pick<SessionState['statistics'], 'stalls' | 'overflows' | 'throttles'>;
}

export interface Told {
  readonly type: EventType;
  readonly message: string;
}

export function pictureOf(state: SessionState): StreamPicture {
  return { ...state, mode: state.spec.settings.transferMode };
}

/** Two events that take turns: the one when something begins, the other when it is over. */
class Pair {
  isOn = false;

  constructor(
    private readonly on: EventType,
    private readonly off: EventType,
  ) {}

  turn(isOn: boolean, onMessage: string, offMessage: string): Told[] {
    if (this.isOn === isOn) return [];
    this.isOn = isOn;
    return [isOn ? { type: this.on, message: onMessage } : { type: this.off, message: offMessage }];
  }
}

/**
 * Tells from one look at a stream to the next what happened to it, each thing once (promise C54). It is the source that tells: it
 * knows of both ends. What came and went between two looks is told by its count, where there is one.
 */
export class StreamEvents {
  private previous: StreamPicture | null = null;
  /** The mode that held last. */
  private mode: TransferMode;
  private readonly link = new Pair('Link_Lost', 'Link_Restored');
  private readonly log = new Pair('Log_Overflow', 'Log_Returned');
  private readonly logDevice = new Pair('Log_Failed', 'Log_Repaired');
  private readonly throttle = new Pair('Throttle_On', 'Throttle_Off');
  private readonly rpo = new Pair('Rpo_Breached', 'Rpo_Met');
  private readonly failure = new Pair('Session_Failed', 'Session_Recovered');
  private readonly paths = new PathEvents();
  private isResyncing = false;
  /** Nothing interrupted the session since it was Equivalent. */
  private isSteady = false;

  constructor(first: Pick<StreamPicture, 'mode'>) {
    this.mode = first.mode;
  }

  look(now: StreamPicture): readonly Told[] {
    const before = this.previous;
    this.previous = now;
    if (now.role === 'destination') return [];
    return [
      ...this.roleEvents(before),
      ...this.modeEvents(now),
      ...this.linkEvents(now),
      ...this.paths.look(now),
      ...this.failureEvents(now),
      ...this.logEvents(before, now),
      ...this.throttleEvents(before, now),
      ...this.rpo.turn(now.isRpoBreached, 'The lag is beyond the RPO', 'The lag is within the RPO again'),
      ...this.resyncEvents(before, now),
    ];
  }

  private roleEvents(before: StreamPicture | null): Told[] {
    if (before?.role !== 'destination') return [];
    return [{ type: 'Role_Changed', message: 'The destination became the source' }];
  }

  /** Once the new mode holds. */
  private modeEvents({ mode, effectiveMode }: StreamPicture): Told[] {
    if (effectiveMode !== mode || mode === this.mode) return [];
    const message = `The transfer mode changed from ${this.mode} to ${mode}`;
    this.mode = mode;
    return [{ type: 'Mode_Changed', message }];
  }

  /** Lost is a destination that was written off; it is back as soon as there is a connection again. */
  private linkEvents({ status, isLinkUp }: StreamPicture): Told[] {
    const isLost = !isLinkUp && (this.link.isOn || status === 'Halt');
    return this.link.turn(isLost, 'The destination is not heard any more', 'The destination is heard again');
  }

  private failureEvents({ status, error }: StreamPicture): Told[] {
    const isFailed = status === 'Error';
    if (isFailed && !this.failure.isOn && error?.code === 'SESSION_SPLIT_BRAIN') {
      this.failure.isOn = true;
      return [{ type: 'Split_Brain', message: error.message }];
    }
    const cause = error === null ? 'The copy session failed' : error.message;
    return this.failure.turn(isFailed, cause, 'The copy session is not in Error any more');
  }

  private logEvents(before: StreamPicture | null, now: StreamPicture): Told[] {
    const { error, loggingTo, phase } = now;
    const overflows = now.statistics.overflows - (before?.statistics.overflows ?? 0);
    const isByLog = loggingTo === 'Srl' && phase === 'Equivalent';
    const overflow = 'The share of the log is used up: unsent writes are kept as marked regions';
    const returned = 'Unsent writes are kept in the log again';
    const failed = error?.message ?? 'The log failed';
    return [
      ...(overflows > 0 ? this.log.turn(true, overflow, returned) : []),
      ...(isByLog ? this.log.turn(false, overflow, returned) : []),
      ...this.logDevice.turn(error?.code === 'LOG_FAILED', failed, 'Writes are logged again'),
    ];
  }

  private throttleEvents(before: StreamPicture | null, { throttle, statistics }: StreamPicture): Told[] {
    const isNow = throttle !== 'None';
    const wasMeanwhile = statistics.throttles > (before?.statistics.throttles ?? 0);
    const reason = throttle === 'Latency' ? 'its latency mark is reached' : 'its share of the log is used up';
    const [on, off] = [`Host writes wait for the stream${isNow ? `: ${reason}` : ''}`, 'Host writes go on'];
    return [
      ...(isNow || wasMeanwhile ? this.throttle.turn(true, on, off) : []),
      ...(isNow ? [] : this.throttle.turn(false, on, off)),
    ];
  }

  /** Of a Stack session only what follows an interruption is a resync; its passes are how it always works. */
  private resyncEvents(before: StreamPicture | null, now: StreamPicture): Told[] {
    const { status, phase, loggingTo, mode, statistics } = now;
    const isPass = mode === 'Stack' && this.isSteady;
    this.isSteady = status === 'Active' && (phase === 'Equivalent' || isPass);
    const isCopying = status === 'Active' && phase === 'Copying' && loggingTo === 'Dcm';
    const told: Told[] = [];
    if (!this.isResyncing && isCopying && !isPass) {
      this.isResyncing = true;
      told.push({ type: 'Resync_Started', message: 'Marked regions are being copied' });
    }
    if (statistics.stalls > (before?.statistics.stalls ?? 0)) {
      told.push({ type: 'Copy_Stalled', message: 'The copy gets nowhere though connected, and is tried anew' });
    }
    if (this.isResyncing && phase === 'Equivalent') {
      this.isResyncing = false;
      told.push({ type: 'Resync_Finished', message: 'The destination is Equivalent' });
    } else if (this.isResyncing && status !== 'Active' && status !== 'Reserved') {
      this.isResyncing = false;
      told.push({ type: 'Resync_Paused', message: `The copy is interrupted (${status})` });
    }
    return told;
  }
}

/** One of several ways is lost, or back. Without a connection nothing is told: the link is lost then. */
class PathEvents {
  /** By address; what was never up is not there. */
  private readonly wasUp = new Map<string, boolean>();

  look({ isLinkUp, paths }: Pick<StreamPicture, 'isLinkUp' | 'paths'>): Told[] {
    return isLinkUp ? paths.flatMap((path) => this.lookAt(path)) : [];
  }

  private lookAt({ address, isUp }: PathState): Told[] {
    const wasUp = this.wasUp.get(address);
    if (wasUp === isUp || (wasUp === undefined && !isUp)) return [];
    this.wasUp.set(address, isUp);
    if (wasUp === undefined) return [];
    return isUp
      ? [{ type: 'Path_Restored', message: `The destination answers at ${address} again` }]
      : [{ type: 'Path_Lost', message: `The destination does not answer at ${address}` }];
  }
}
