import { describe, expect, it } from '@jest/globals';
import { type Epoch, lsn } from '../../model/position.js';
import { type CatchUp, chooseCatchUp, type DestinationView, type SourceView } from './choose-catch-up.js';

/** "1a@0 2b@100 ..150": epochs 1 with id a from the start and 2 with id b after 100, records up to 150. */
function positions(text: string): { lineage: Epoch[]; head: number } {
  const words = text.split(' ');
  const head = Number(words.pop()!.slice(2));
  const lineage = words.map((word) => {
    const [, number, id, start] = /^(\d+)([a-z])@(\d+)$/.exec(word)!;
    return { number: Number(number), id: id!, startLsn: lsn(Number(start)) };
  });
  return { lineage, head };
}

/** Words after the positions: `log>N` the log begins at N; `map>N` on maps that reach back to N; `marks`; `elected`. */
function source(text: string, ...words: string[]): SourceView {
  const { lineage, head } = positions(text);
  const number = (name: string) => words.find((word) => word.startsWith(`${name}>`))?.slice(name.length + 1);
  const maps = number('map');
  return {
    lineage,
    headLsn: lsn(head),
    oldestLsn: lsn(Number(number('log') ?? 1)),
    loggingTo: maps === undefined ? 'Srl' : 'Dcm',
    hasMarks: maps !== undefined || words.includes('marks'),
    hasUnlogged: words.includes('unlogged'),
    mapsFromLsn: maps === undefined ? null : lsn(Number(maps)),
    isElected: words.includes('elected'),
  };
}

/** Words after the positions: `inconsistent`, `changes`. */
function destination(text: string, ...words: string[]): DestinationView {
  const { lineage, head } = positions(text);
  return {
    lineage,
    receivedLsn: lsn(head),
    dataState: words.includes('inconsistent') ? 'Inconsistent' : 'Consistent',
    hasChanges: words.includes('changes'),
  };
}

function said(catchUp: CatchUp): string {
  switch (catchUp.kind) {
    case 'log':
    case 'tail':
      return `${catchUp.kind} ${catchUp.fromLsn}`;
    case 'regions':
      return `regions ${catchUp.commonLsn}${catchUp.needsDestinationMap ? ' + theirs' : ''}`;
    case 'full':
      return 'full';
    case 'fenced':
      return `fenced ${catchUp.epoch.number}${catchUp.epoch.id}${catchUp.divergence ? ' split' : ''}`;
    case 'split-brain':
      return `split-brain ${catchUp.commonLsn} ${catchUp.sourceEnd} ${catchUp.destinationEnd}`;
  }
}

describe('choosing the catch-up', () => {
  // prettier-ignore
  it.each<[string, SourceView, DestinationView, string]>([
    ['equal ends',                                source('1a@0 ..150'),                                      destination('1a@0 ..150'),                   'log 150'],
    ['behind, log whole',                         source('1a@0 ..150'),                                      destination('1a@0 ..120'),                   'log 120'],
    ['behind, log begins right after',            source('1a@0 ..150', 'log>121'),                           destination('1a@0 ..120'),                   'log 120'],
    ['behind, log begins later',                  source('1a@0 ..150', 'log>122'),                           destination('1a@0 ..120'),                   'full'],
    ['behind over a new epoch',                   source('1a@0 2b@130 ..150'),                               destination('1a@0 ..120'),                   'log 120'],
    ['same, empty new epoch',                     source('1a@0 2b@120 ..120'),                               destination('1a@0 ..120'),                   'log 120'],
    ['behind, with marks',                        source('1a@0 ..150', 'marks'),                             destination('1a@0 ..120'),                   'regions 120'],
    ['behind, with marks, log begins later',      source('1a@0 ..150', 'marks', 'log>122'),                  destination('1a@0 ..120'),                   'full'],
    ['on maps',                                   source('1a@0 ..150', 'log>140', 'map>120'),                destination('1a@0 ..120'),                   'regions 120'],
    ['on maps, destination received more since',  source('1a@0 ..150', 'log>140', 'map>120'),                destination('1a@0 ..125'),                   'regions 125'],
    ['on maps, destination lost durable records', source('1a@0 ..150', 'log>140', 'map>120'),                destination('1a@0 ..119'),                   'full'],
    ['on maps, lost more but log is whole',       source('1a@0 ..150', 'map>120'),                           destination('1a@0 ..119'),                   'regions 119'],
    ['never copied',                              source('1a@0 ..150', 'map>0'),                             destination('..0'),                          'full'],
    ['first copy interrupted',                    source('1a@0 ..150', 'log>140', 'map>0'),                  destination('1a@0 ..0', 'inconsistent'),     'regions 0'],
    ['first copy interrupted, maps lost',         source('1a@0 ..150'),                                      destination('1a@0 ..0', 'inconsistent', 'changes'), 'full'],
    ['resync interrupted, log whole',             source('1a@0 ..150', 'map>130'),                           destination('1a@0 ..120', 'inconsistent'),   'full'],
    ['resync ended, not consistent yet',          source('1a@0 ..150', 'log>100'),                           destination('1a@0 ..120', 'inconsistent'),   'log 120'],
    ['resync interrupted, source back behind',    source('1a@0 ..118', 'map>100'),                           destination('1a@0 ..120', 'inconsistent'),   'regions 118'],
    ['no common epoch',                           source('5e@0 ..150'),                                      destination('1a@0 ..120'),                   'split-brain 0 150 120'],
    ['no common epoch, elected',                  source('5e@0 ..150', 'elected'),                           destination('1a@0 ..120'),                   'full'],
    ['no common epoch, destination inconsistent', source('5e@0 ..150'),                                      destination('1a@0 ..120', 'inconsistent'),   'full'],
    ['source back behind its destination',        source('1a@0 ..118'),                                      destination('1a@0 ..120'),                   'tail 118'],
    ['the same after a machine crash',            source('1a@0 ..118', 'marks'),                             destination('1a@0 ..120'),                   'tail 118'],
    ['destination promoted alone',                source('1a@0 ..120'),                                      destination('1a@0 2b@120 ..120'),            'fenced 2b'],
    ['promoted alone, source has a tail',         source('1a@0 ..123'),                                      destination('1a@0 2b@120 ..120'),            'fenced 2b'],
    ['promoted alone and written, source too',    source('1a@0 ..123'),                                      destination('1a@0 2b@120 ..130'),            'fenced 2b split'],
    ['promoted alone, source wrote past its log', source('1a@0 ..120', 'map>120', 'unlogged'),               destination('1a@0 2b@120 ..121'),            'fenced 2b split'],
    ['promoted apart',                            source('1a@0 2b@120 ..130'),                               destination('1a@0 2c@125 ..140'),            'split-brain 120 130 140'],
    ['promoted apart, nothing written',           source('1a@0 2b@120 ..120'),                               destination('1a@0 2c@120 ..120'),            'split-brain 120 120 120'],
    ['promoted apart, elected without new epoch', source('1a@0 2b@120 ..130', 'elected'),                    destination('1a@0 2c@125 ..140'),            'split-brain 120 130 140'],
    ['promoted apart, elected',                   source('1a@0 2b@120 3d@130 ..130', 'elected'),             destination('1a@0 2c@125 ..140'),            'regions 120 + theirs'],
    ['rivals long ago',                           source('1a@0 2b@120 3d@130 ..130'),                        destination('1a@0 2c@120 ..120'),            'split-brain 120 130 120'],
    ['old source returns with a tail, new wrote', source('1a@0 2b@120 ..130'),                               destination('1a@0 ..123'),                   'split-brain 120 130 123'],
    ['the same, elected',                         source('1a@0 2b@120 3d@130 ..130', 'elected'),             destination('1a@0 ..123'),                   'regions 120 + theirs'],
    ['elected, log begins later, no maps',        source('1a@0 2b@120 ..130', 'elected', 'log>122'),         destination('1a@0 ..123'),                   'full'],
    ['old source returns with a tail, new idle',  source('1a@0 2b@120 ..120'),                               destination('1a@0 ..123'),                   'regions 120 + theirs'],
    ['old source returns without a tail',         source('1a@0 2b@120 ..130'),                               destination('1a@0 ..120'),                   'log 120'],
    ['destination was written while suspended',   source('1a@0 ..150'),                                      destination('1a@0 ..120', 'changes'),        'regions 120 + theirs'],
  ])('%s', (_name, ours, theirs, expected) => {
    expect(said(chooseCatchUp(ours, theirs))).toBe(expected);
  });
});
