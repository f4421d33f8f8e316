import type { GroupUid, VolumeUid } from '../../model/ids.js';
import type { SessionState } from '../../node-api/contract.js';
import type { EventJournal } from './event-journal.js';
import { pictureOf, StreamEvents } from './stream-events.js';

/** Looks at the sessions of the node again and again, and has the journal tell what became of them since the last look. */
export class EventWatch {
  /** By group and other node. */
  private streams = new Map<string, StreamEvents>();
  /** Volumes that are part of the consistency of the groups whose source is here. */
  private groups = new Map<GroupUid, Set<VolumeUid>>();

  constructor(private readonly journal: EventJournal) {}

  /** @param sessions all of the node */
  look(sessions: readonly SessionState[]): void {
    this.lookAtStreams(Map.groupBy(sessions, streamKey));
    const ofSources = sessions.filter(({ role }) => role === 'source');
    this.lookAtGroups(Map.groupBy(ofSources, ({ spec }) => spec.groupUid));
  }

  private lookAtStreams(streams: ReadonlyMap<string, readonly SessionState[]>): void {
    const known = this.streams;
    this.streams = new Map();
    for (const [key, sessions] of streams) {
      // What is said of the whole stream is the same at each of its members; a volume that joins is none yet.
      const first = sessions.find(({ isJoining }) => !isJoining) ?? sessions[0]!;
      const picture = pictureOf(first);
      const events = known.get(key) ?? new StreamEvents(picture);
      this.streams.set(key, events);
      const sessionUids = sessions.map(({ spec }) => spec.uid);
      for (const told of events.look(picture)) {
        this.journal.tell({ ...told, groupUid: first.spec.groupUid, sessionUids, volumeUid: null });
      }
    }
  }

  /** A volume has joined once it has on all streams of its group; those that a group is first seen with are its own already. */
  private lookAtGroups(groups: ReadonlyMap<GroupUid, readonly SessionState[]>): void {
    const known = this.groups;
    this.groups = new Map();
    for (const [groupUid, sessions] of groups) {
      const isIn = new Map<VolumeUid, boolean>();
      for (const { spec, isJoining } of sessions) {
        const { volumeUid } = spec.source;
        isIn.set(volumeUid, (isIn.get(volumeUid) ?? true) && !isJoining);
      }
      const members = [...isIn].flatMap(([volumeUid, hasJoined]) => (hasJoined ? [volumeUid] : []));
      const joined = known.get(groupUid) ?? new Set(members);
      this.groups.set(groupUid, joined);
      this.tellOfMembers(groupUid, sessions, joined, members, isIn);
    }
  }

  private tellOfMembers(
    groupUid: GroupUid,
    sessions: readonly SessionState[],
    joined: Set<VolumeUid>,
    members: readonly VolumeUid[],
    present: ReadonlyMap<VolumeUid, boolean>,
  ): void {
    const tell = (type: 'Volume_Joined' | 'Volume_Left', volumeUid: VolumeUid, message: string): void => {
      const own = sessions.filter(({ spec }) => spec.source.volumeUid === volumeUid);
      this.journal.tell({ type, groupUid, volumeUid, sessionUids: own.map(({ spec }) => spec.uid), message });
    };
    for (const volumeUid of members) {
      if (joined.has(volumeUid)) continue;
      joined.add(volumeUid);
      tell('Volume_Joined', volumeUid, 'The volume is part of its consistency group');
    }
    for (const volumeUid of joined) {
      if (present.has(volumeUid)) continue;
      joined.delete(volumeUid);
      tell('Volume_Left', volumeUid, 'The volume left its consistency group');
    }
  }
}

function streamKey({ role, spec }: SessionState): string {
  return `${spec.groupUid} ${role === 'source' ? spec.destination.nodeUid : spec.source.nodeUid}`;
}
