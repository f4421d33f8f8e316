/**
 * What a source does with a destination that has just answered its Hello: one pure decision from what both ends know.
 *
 * A lineage holds only epochs in which hosts may have been served: a starting source opens its new epoch when tails are fetched, just
 * before its exports open. So what lies above a common point belongs to somebody's reign and is never dropped in silence.
 */
import type { Welcome } from '../../format/peer/messages.js';
import type { Epoch, Lineage, Lsn } from '../../model/position.js';
import type { LoggingTo } from '../../model/session.js';

export interface SourceView {
  readonly lineage: Lineage;
  readonly headLsn: Lsn;
  /** First record that the log still has; head + 1 when it has none. */
  readonly oldestLsn: Lsn;
  readonly loggingTo: LoggingTo;
  /** Whether the maps of this stream name any region. */
  readonly hasMarks: boolean;
  /** Whether hosts wrote what is in no log, and is not at the destination: that takes no position. */
  readonly hasUnlogged: boolean;
  /**
   * The maps of this stream name every region that may differ from what the destination held at this position, but for records that
   * the log still has: the destination's durable position when the stream fell back to its maps; 0 from a full copy's start on. Null
   * while the stream relies on its log alone. Kept until the destination has acknowledged the position that ends a resync.
   */
  readonly mapsFromLsn: Lsn | null;
  /**
   * An operator named this source the winner (resume, or reverse and resume) knowing of the destination's own writes: they are
   * overwritten. Holds only together with an epoch that this source opened above all of the destination's.
   */
  readonly isElected: boolean;
}

/**
 * A destination that has become Inconsistent by StartResync has given up its own log and map: the source had both before, and the
 * position that it was given as common is the last that the destination reports.
 */
export type DestinationView = Pick<Welcome, 'lineage' | 'receivedLsn' | 'dataState' | 'hasChanges'>;

/** Where two lineages part, and where each side's records end. */
export interface Divergence {
  readonly commonLsn: Lsn;
  readonly sourceEnd: Lsn;
  readonly destinationEnd: Lsn;
}

export type CatchUp =
  /** Records after `fromLsn` make the destination equal. */
  | { readonly kind: 'log'; readonly fromLsn: Lsn }
  /** The destination holds records above our head that are our own: fetch those after `fromLsn`, then choose again. */
  | { readonly kind: 'tail'; readonly fromLsn: Lsn }
  /**
   * Copy the regions that our maps name and those of our records above `commonLsn`; with `needsDestinationMap` also those that the
   * destination names when asked with `commonLsn` (MapRequest).
   */
  | { readonly kind: 'regions'; readonly commonLsn: Lsn; readonly needsDestinationMap: boolean }
  /** Nothing tells what differs. */
  | { readonly kind: 'full' }
  /** The destination has seen a newer reign: this node is no longer the source. `divergence` when both sides hold records of their own. */
  | { readonly kind: 'fenced'; readonly epoch: Epoch; readonly divergence: Divergence | null }
  /** Both sides were written apart, and nobody has named a winner. */
  | ({ readonly kind: 'split-brain' } & Divergence);

export function chooseCatchUp(source: SourceView, destination: DestinationView): CatchUp {
  const ours = source.lineage.at(-1);
  const theirs = destination.lineage.at(-1);
  if (!ours || !theirs) return { kind: 'full' };

  const shared = lastSharedEpoch(source.lineage, destination.lineage);
  const commonLsn = shared ? commonPoint(shared, source, destination) : (0 as Lsn);
  const divergence: Divergence = { commonLsn, sourceEnd: source.headLsn, destinationEnd: destination.receivedLsn };
  const isSourceAbove = source.headLsn > commonLsn || source.hasUnlogged;
  // An Inconsistent destination has no records of its own any more.
  const isDestinationAbove = destination.dataState !== 'Inconsistent' && destination.receivedLsn > commonLsn;

  if (theirs.number > ours.number) {
    const isSplit = isSourceAbove && (isDestinationAbove || destination.hasChanges);
    return { kind: 'fenced', epoch: theirs, divergence: isSplit ? divergence : null };
  }
  const isElected = source.isElected && ours.number > theirs.number;
  if (!isElected && haveRivalEpochs(source.lineage, destination.lineage)) return { kind: 'split-brain', ...divergence };
  // Two reigns that never met: whose records are to go is nobody's to guess.
  if (!shared) return isDestinationAbove && !isElected ? { kind: 'split-brain', ...divergence } : { kind: 'full' };

  if (isDestinationAbove) {
    if (shared === ours && isSame(shared, theirs)) return { kind: 'tail', fromLsn: source.headLsn };
    if (isSourceAbove && !isElected) return { kind: 'split-brain', ...divergence };
  }
  return byDifferences(source, destination, commonLsn, isDestinationAbove || destination.hasChanges);
}

/** The destination is ours to make equal; what is the least to send? */
function byDifferences(
  source: SourceView,
  destination: DestinationView,
  commonLsn: Lsn,
  needsDestinationMap: boolean,
): CatchUp {
  const isLogWhole = source.oldestLsn <= commonLsn + 1;
  const doMapsReach = source.mapsFromLsn !== null && source.mapsFromLsn <= commonLsn;
  const isLogAlone = source.loggingTo === 'Srl' && source.mapsFromLsn === null && !source.hasMarks;

  // Also of an Inconsistent destination: its last pass ended, and the log leads it to its next point in time.
  if (isLogAlone && isLogWhole && !needsDestinationMap) return { kind: 'log', fromLsn: commonLsn };
  // What an unfinished resync left there is named by the maps alone.
  const canTell = destination.dataState === 'Inconsistent' ? doMapsReach : doMapsReach || isLogWhole;
  return canTell ? { kind: 'regions', commonLsn, needsDestinationMap } : { kind: 'full' };
}

function isSame(a: Epoch, b: Epoch): boolean {
  return a.number === b.number && a.id === b.id;
}

/** The source's entry of the last epoch that both lived through. */
function lastSharedEpoch(source: Lineage, destination: Lineage): Epoch | undefined {
  return source.findLast((ours) => destination.some((theirs) => isSame(ours, theirs)));
}

/** Two members were promoted apart from each other. */
function haveRivalEpochs(source: Lineage, destination: Lineage): boolean {
  return source.some((ours) => destination.some((theirs) => ours.number === theirs.number && ours.id !== theirs.id));
}

/** Up to here both logs are the same: where the first of them ends or leaves the last shared epoch. */
function commonPoint(shared: Epoch, source: SourceView, destination: DestinationView): Lsn {
  const sourceEnd = endOf(shared, source.lineage, source.headLsn);
  const destinationEnd = endOf(shared, destination.lineage, destination.receivedLsn);
  return Math.min(sourceEnd, destinationEnd) as Lsn;
}

/** Where a member's records of an epoch end: where its next epoch starts, or at its head. */
function endOf(epoch: Epoch, lineage: Lineage, headLsn: Lsn): number {
  const next = lineage[lineage.findIndex((each) => isSame(each, epoch)) + 1];
  return next ? Math.min(next.startLsn, headLsn) : headLsn;
}
