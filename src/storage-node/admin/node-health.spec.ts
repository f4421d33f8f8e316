import { describe, expect, it } from '@jest/globals';
import { newUid, type GroupUid } from '../../model/ids.js';
import { GIB, MIB } from '../../model/sizes.js';
import type { GroupFigures, NodeFigures } from '../metrics/node-figures.js';
import { judgeHealth } from './node-health.js';

function group(isLogLost: boolean): GroupFigures {
  const groupUid = newUid<GroupUid>();
  return { groupUid, srlUsedBytes: 0, srlSizeBytes: GIB, isLogLost, activityExtents: 0 };
}

const well: NodeFigures = {
  disk: { sizeBytes: 100 * GIB, availableBytes: 50 * GIB },
  groups: [group(false)],
  groupsAside: 0,
  failingVolumes: 0,
  heldVolumes: 0,
  failedSessions: 0,
};

const trouble: [string, Partial<NodeFigures>, string, string][] = [
  ['a volume fails', { failingVolumes: 2 }, 'volumes', 'Volumes in Error, or whose hosts get errors: 2'],
  ['a volume is held', { heldVolumes: 1 }, 'volumes', 'Volumes held since the machine lost power: 1'],
  [
    'a log is lost',
    { groups: [group(true), group(false)] },
    'logs',
    'Logs that failed, past which hosts are served: 1',
  ],
  ['a group is set aside', { groupsAside: 1 }, 'logs', 'Groups that could not be opened: 1'],
  ['a session is in Error', { failedSessions: 3 }, 'sessions', 'Copy sessions in Error: 3'],
  [
    'the disk is nearly full',
    { disk: { sizeBytes: 100 * GIB, availableBytes: 500 * MIB } },
    'data_directory',
    'The file system of the data directory is nearly full: 500 MiB are free',
  ],
  [
    'the disk is full',
    { disk: { sizeBytes: 100 * GIB, availableBytes: 0 } },
    'data_directory',
    'The file system of the data directory is full',
  ],
];

describe('the health of a node', () => {
  it('is ok while nothing is wrong', () => {
    const { status, checks } = judgeHealth(well, null);
    expect(status).toBe('ok');
    expect(checks.map(({ name }) => name)).toEqual(['data_directory', 'volumes', 'logs', 'sessions']);
  });

  it.each(trouble)('is degraded, and says why, when %s', (_, figures, name, reason) => {
    const { status, checks } = judgeHealth({ ...well, ...figures }, null);
    expect(status).toBe('degraded');
    expect(checks.filter((check) => check.status !== 'ok')).toEqual([{ name, status: 'degraded', reason }]);
  });

  it('is failed when nothing can be written, whatever else is wrong', () => {
    const { status, checks } = judgeHealth({ ...well, heldVolumes: 1 }, 'EROFS');
    expect(status).toBe('failed');
    expect(checks[0]).toEqual({
      name: 'data_directory',
      status: 'failed',
      reason: 'The data directory cannot be written (EROFS)',
    });
  });
});
