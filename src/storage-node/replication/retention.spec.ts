import { describe, expect, it } from '@jest/globals';
import { newUid, type NodeUid } from '../../model/ids.js';
import { lsn } from '../../model/position.js';
import { MIB } from '../../model/sizes.js';
import { Retention } from './retention.js';

const member = (durableLsn: number) => ({ nodeUid: newUid<NodeUid>(), durableLsn: lsn(durableLsn) });

describe('what a destination keeps of its log', () => {
  it('is everything, before it heard its source', () => {
    expect(new Retention({ roomBytes: 128 * MIB }, 128 * MIB).keepAfterLsn).toBe(0);
  });

  it('C04: is what its source has not called durable, and what other destinations lack', () => {
    const retention = new Retention({ roomBytes: 128 * MIB }, 128 * MIB);
    retention.heard(100, []);
    expect(retention.keepAfterLsn).toBe(100);
    retention.heard(100, [member(120), member(70), member(90)]);
    expect(retention.keepAfterLsn).toBe(70);
  });

  it('C57: is not what another destination lacks, once that takes the room of what comes', () => {
    const log = { roomBytes: 64 * MIB };
    const retention = new Retention(log, 128 * MIB);
    retention.heard(100, [member(70)]);
    log.roomBytes = 31 * MIB;
    expect(retention.keepAfterLsn).toBe(100);
    log.roomBytes = 33 * MIB;
    expect(retention.keepAfterLsn).toBe(70);
  });
});
