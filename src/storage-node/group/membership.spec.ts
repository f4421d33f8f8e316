import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk } from '../../../test/support/group-on-disk.js';
import { makeLogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import { logMembership } from './membership.js';

const OLD = Buffer.alloc(4096, 1);
const NEW = Buffer.alloc(4096, 2);

describe('what the log says of a volume that joins or leaves', () => {
  let node: GroupOnDisk;

  /** Its only volume is about to join. */
  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
    Object.assign(node.member.record, { addedLsn: null, joinedLsn: null });
    await node.group.file.save();
  });

  function join(): void {
    logMembership(node.group, node.member, { change: 'Joining', sessions: [node.stream.spec.uid] });
  }

  function write(data: Buffer): void {
    const entries = [makeLogEntry(RecordType.Write, 0, 0, data.length, [data], data.length, 0, 1)];
    node.group.log.append(entries);
    node.group.apply(entries);
  }

  it('C47: is found again after a kill, and changes from there on are replayed', async () => {
    join();
    write(NEW);
    await node.restart('killed');
    expect(node.member.record).toMatchObject({ addedLsn: 1, joinedLsn: null });
    expect(node.volumeBytes(0, 4096).equals(NEW)).toBe(true);
  });

  it('C47: counts for nothing where a loss of power took it from the log, whatever the record tells', async () => {
    join();
    logMembership(node.group, node.member, { change: 'Joined', since: 1 });
    await node.group.file.save();
    await node.restart('power lost');
    expect(node.member.record).toMatchObject({ addedLsn: null, joinedLsn: null });
  });

  it('passes over the records of a volume that had its slot before', async () => {
    write(OLD);
    join();
    expect(node.volumeBytes(0, 4096).equals(OLD)).toBe(false);
    await node.restart('killed');
    expect(node.volumeBytes(0, 4096).equals(OLD)).toBe(false);
    expect(node.member.record.addedLsn).toBe(2);
  });

  it('takes no Joining of other sessions, and no Left of an earlier membership, for its own', () => {
    logMembership(node.group, node.member, { change: 'Joining', sessions: [] });
    expect(node.member.record.addedLsn).toBeNull();
    join();
    logMembership(node.group, node.member, { change: 'Left', since: 1 });
    expect(node.member.hasLeft).toBe(false);
    logMembership(node.group, node.member, { change: 'Left', since: 2 });
    expect(node.member.hasLeft).toBe(true);
  });
});
