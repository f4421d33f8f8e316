import { Refusal } from '../../errors/refusal.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { GroupStream } from '../group/group-stream.js';
import { isJoining } from '../group/member.js';
import { newStream } from '../group/new-record.js';
import { DestinationStream } from './destination-stream.js';
import { refuseOtherMembers, type Replica } from './replica.js';
import type { Sides } from './sides.js';
import type { SourceGroup } from './source-group.js';

/**
 * The ends are exchanged: a suspended source becomes a destination, or a suspended destination the source. The group is at rest then, and
 * its record tells its new role, not durably yet.
 * @throws Refusal: it goes on as it was
 */
export async function exchangeEnds(replica: Replica, sessions: readonly SessionSpec[], sides: Sides): Promise<void> {
  const { group, side } = replica;
  const { record } = group;
  const [stream] = group.streams as [GroupStream];
  refuseOtherMembers(group, sessions);
  if (side instanceof DestinationStream) {
    if ([...group.members.values()].some(isJoining)) throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
    if (side.spec.run !== 'Suspend') throw new Refusal('SESSION_NOT_SUSPENDED');
    if (record.mirror.dataState === 'Inconsistent') throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
    await sides.dissolve(replica);
    const streams = [newStream(sessions, record.mirror.leftAtLsn)];
    Object.assign(record, { role: 'source', isFenced: false, streams });
  } else {
    if (group.streams.length > 1) throw new Refusal('SESSION_SOURCE_HAS_OTHERS', sessions[0]!.uid);
    const source = (side as SourceGroup).streams[0]!;
    if (source.spec.run === 'Active') await source.yieldTo();
    await sides.dissolve(replica);
    const leftAtLsn = stream.record.mapsFromLsn ?? group.log.headLsn;
    const mirror = {
      dataState: 'Consistent',
      consistentAtLsn: 0,
      leftAtLsn,
      resyncFromLsn: 0,
      lostThroughLsn: 0,
      isLogVoid: false,
    };
    const { generation } = sessions[0]!;
    const streams = [
      { ...stream.record, sessions: [...sessions], appliedGeneration: generation, isCopySkipped: false },
    ];
    Object.assign(record, { role: 'destination', mirror, streams });
  }
}
