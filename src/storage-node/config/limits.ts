/**
 * Every limit of the storage node, units in names, with the relations between them asserted when the program starts. Formats have
 * limits of their own beside their layouts.
 */
import { ACTIVITY_SLOT_EXTENTS_MAX } from '../../format/metadata/activity-slot.js';
import { COMPRESSED_BODY_BYTES_MAX } from '../../format/peer/frame.js';
import { RECORD_BYTES_MAX } from '../../format/srl/record.js';
import { PAYLOAD_BYTES_MAX } from '../../format/nbd/messages.js';
import { GIB, KIB, MIB, SRL_SIZE_MIN_BYTES } from '../../model/sizes.js';

/** node:net hands over at most this much of a socket at a time, and reads as much again of one that rests. */
const CHUNK_BYTES = 64 * KIB;
/** Requests and replies of one host that need no room in a pool. */
export const NBD_SMALL_REQUESTS_BYTES = 16 * KIB;
export const NBD_SMALL_REPLIES_BYTES = 16 * KIB;

// The log (srl/)
/** Size of one file of a log; a log is made of whole segments. */
export const SEGMENT_BYTES = 8 * MIB;
export const SRL_SIZE_MAX_BYTES = 1024 * GIB;
/** Newest records of one log that are kept in memory for streams in touch; older ones are read from the file. */
export const SRL_TAIL_BYTES_MAX = 16 * MIB;
/** Bytes that one read from a log's file takes at most, besides the rest of its last record. */
export const SRL_READ_BYTES_MAX = 4 * MIB;
/** Positions that a log remembers for readers in sequence: one each for eight destinations, and replay. */
export const SRL_CURSORS_MAX = 16;

/** A log that failed is made anew with so many segments at least, so that it does not at once lack room again. */
export const LOG_RENEW_SEGMENTS = 4;
/** How often that, and what else may have healed by itself, is tried again. */
export const RECOVERY_RETRY_MS = 2_000;
/** Host writes that no checkpoint and no fall to the maps finds room for in the log: after this it counts as failed. */
export const LOG_STUCK_MS = 3_000;

/** Room that host writes leave in a log, for records of the group itself and the rest of a batch. */
export const SRL_RESERVE_BYTES = 8 * MIB;

/** What a log keeps beside the largest share of a stream: a checkpoint's worth, the reserve, and segments that are partly used. */
export const LOG_BEYOND_SHARES_BYTES = 128 * MIB;

// Groups (group/)
/** A checkpoint is made after so many bytes, or so many milliseconds after the first write since the last one. */
export const CHECKPOINT_BYTES = 64 * MIB;
export const CHECKPOINT_MS = 5_000;
/** The same where there is no log to free: it only keeps short what a loss of power has copied again. */
export const DIRECT_CHECKPOINT_MS = 30_000;
/**
 * A volume that hosts changed nothing of for so long is synced and no longer marked as in use: between one and two of these after its
 * last change, a loss of power does not hold it.
 */
export const IN_USE_REST_MS = 5_000;

// Streams (replication/)
/** Bytes of records and regions that a source may have on the way to one destination or unapplied there. */
export const STREAM_WINDOW_BYTES = 32 * MIB;
/** By how much a source may overshoot the window: it looks before a frame, not within one. */
export const STREAM_WINDOW_SLACK_BYTES = 8 * MIB;
/** Bytes of records that go into one frame at most, besides the rest of its last record. */
export const STREAM_FRAME_BYTES = 1 * MIB;
/** The same where they are compressed: that holds up whoever else waits for this process. */
export const COMPRESSED_FRAME_BYTES = 256 * KIB;
/** So much is compressed for one stream in one turn; then others get theirs. */
export const COMPRESS_TURN_BYTES = 256 * KIB;
/**
 * A stream with a bandwidth limit that rested may send so much more at once: 105 % of the limit over 5 s (C19). It waits for the grain before
 * it writes, so that it is not woken for every byte.
 */
export const BANDWIDTH_BURST_MS = 250;
export const BANDWIDTH_GRAIN_MS = 50;
/** Records that no host waits for leave together when the first of them is so old. */
export const RECORDS_GATHER_MS = 1;
/** What one step of a sender takes at most: a frame, and the rest of its last record. */
export const STREAM_STEP_BYTES = STREAM_FRAME_BYTES + RECORD_BYTES_MAX;
/** A destination syncs its log after so many bytes, or so many milliseconds after the first unsynced record, or when asked. */
export const MIRROR_SYNC_BYTES = 1 * MIB;
export const MIRROR_SYNC_MS = 5;
/** The same for regions copied by a resync. */
export const MIRROR_REGION_SYNC_BYTES = 16 * MIB;
export const MIRROR_REGION_SYNC_MS = 20;
/** Regions of a resync are read and sent in runs of at most this. */
export const RESYNC_RUN_BYTES = 1 * MIB;
/** Bytes of regions on the way at once: small beside the window, so that host writes find room between them. */
export const RESYNC_INFLIGHT_BYTES = 8 * MIB;
/** And those at the destination that are not synced there: several of its syncs, so that none is waited for. Sent again when the link fails. */
export const RESYNC_UNSYNCED_BYTES_MAX = 4 * MIRROR_REGION_SYNC_BYTES;
/**
 * Passes of a Stack session begin at least so far apart: a region that is written again and again meanwhile is sent once. Longer, and it
 * is seldom Equivalent; shorter, and every write is soon sent on its own.
 */
export const STACK_CYCLE_MS = 500;
/** A pass of such a stream stands aside so long for each host write that came since its last run of regions, and so long at most. */
export const STACK_REST_PER_WRITE_US = 100;
export const STACK_REST_MS_MAX = 15;
/** A copy that gets nowhere for so long, although connected, is stuck (C63): it is told, and tried on a new connection. */
export const COPY_STALL_MS = 60_000;
/** Passes of a copy that do not keep the log follow each other no faster. */
export const RESYNC_PACE_MS = 200;
/** A stream that outgrew its share sooner than this after it went by the log again was too early with that: */
export const LOG_RETURN_STEADY_MS = 60_000;
/** its next return waits for so long, doubled each time. */
export const LOG_RETURN_HOLD_MS_MIN = 1000;
export const LOG_RETURN_HOLD_MS_MAX = 60_000;
/** Hosts that waited for a share of the log go on once this part of it is free, or so many bytes if that is less (C10). */
export const SHARE_FREE_PART = 0.05;
export const SHARE_FREE_BYTES = 20 * MIB;
/** How often a stream looks at its clock. */
export const STREAM_TICK_MS = 100;
/** How often sessions are looked at for what operators are told of. */
export const EVENTS_LOOK_MS = 500;

// Activity log (activity/)
export const ACTIVITY_EXTENT_BYTES = 4 * MIB;
export const ACTIVITY_EXTENTS_MAX = 1200;

// Admin API (admin/)
/** Body of a call by an unknown client, which can only be an enrolment. */
export const ENROL_BODY_BYTES_MAX = 16 * KIB;
/** Body of a call by a pinned control plane: a suspend of a thousand sessions at once takes a good megabyte. */
export const ADMIN_BODY_BYTES_MAX = 8 * MIB;
/** Connections at once; the oldest without a pinned certificate is closed for the next. */
export const ADMIN_CONNECTIONS_MAX = 128;
export const ADMIN_REQUEST_TIMEOUT_MS = 30_000;
/** How often requests are looked at for being slow. */
export const ADMIN_LOOK_MS = 5_000;
/** A client that takes nothing of an answer, or says nothing, is cut off. */
export const ADMIN_STILL_MS = 65_000;
/** Hosts of a volume get no more errors once none came for so long. */
export const HOST_ERRORS_REST_MS = 5_000;
/** How often a node that takes long to start says so. */
export const START_PROGRESS_MS = 10_000;
/** A call of a control plane that takes longer is told of. */
export const CALL_SLOW_MS = 3_000;
/** How long figures that change with every heartbeat may be older, for those who ask what changed, than the rest. */
export const ADMIN_FIGURES_MS = 10_000;
/** So many volumes, and so many sessions, that are gone are remembered for those who ask what changed. */
export const ADMIN_GONE_MAX = 10_000;
/** Metrics are made once for all that ask within this time. */
export const ADMIN_METRICS_MS = 1_000;
/** Reuse of a connection: longer than any client waits between two calls of one pass. */
export const ADMIN_KEEP_ALIVE_MS = 60_000;
/** How long a stop waits for calls in progress. */
export const ADMIN_DRAIN_MS = 2_000;

// Links between nodes (replication/)
/** A connection counts bytes that the system did not take yet; from here on its sender waits for the drain. */
export const PEER_WRITE_BUFFER_BYTES = 1 * MIB;
/** Beyond this a peer that takes nothing is cut off: answers to its own requests could pile up without end. */
export const PEER_WRITE_BUFFER_BYTES_MAX = 64 * MIB;
/** Longest time between two heartbeats; shorter than a quarter of the timeout when that is small. */
export const PEER_HEARTBEAT_INTERVAL_MS_MAX = 750;
/**
 * Silence is called at the heartbeat timeout and this much more, so that a pause just below the timeout that began when a heartbeat
 * was due is survived, and a lost link still noticed within timeout + 1 s (C21).
 */
export const PEER_SILENCE_GRACE_MS = 900;
/** For TCP and TLS to one address, before the next is tried. */
export const PEER_CONNECT_TIMEOUT_MS = 3000;
/** For the other end's Hello or the answer to ours. */
export const PEER_HELLO_TIMEOUT_MS = 10_000;
/** Before the next of several destinations is asked for what is missing here. */
export const MENDING_NEXT_MS = 500;
/** For a last message to leave in order. */
export const PEER_GOODBYE_TIMEOUT_MS = 1000;
/** Connections that did not say Hello yet; the oldest is closed for the next. */
export const PEER_STRANGERS_MAX = 32;
/** Pause between two rounds over a peer's addresses: doubles from the first to the last, less up to half of it at random. */
export const PEER_RETRY_MS_MIN = 100;
export const PEER_RETRY_MS_MAX = 2000;
/** How often a path that no connection uses is tried, when the last try was not asked for; and how often at most. */
export const PATH_PROBE_MS = 5000;
export const PATH_PROBE_MS_MIN = 250;
/** For an answer: so long a way is no better than none. */
export const PATH_PROBE_TIMEOUT_MS = 3000;
/** A connection that lasted less does not make the next retries quick again. */
export const PEER_STEADY_MS = 5000;
// The process (main.ts)
/** A stop that takes longer than this is given up: recovery at the next start does the rest. */
export const STOP_DEADLINE_MS = 10_000;

// NBD server (nbd/). How many hosts may be attached at once follows from the budget.
/** What an attached host may cost before anybody can refuse it: what was read of its socket, small requests, and small replies. */
export const NBD_CONNECTION_BYTES = 2 * CHUNK_BYTES + NBD_SMALL_REQUESTS_BYTES + NBD_SMALL_REPLIES_BYTES;
/** Connections that have not chosen an export; the oldest is closed for the next. */
export const NBD_STRANGERS_MAX = 128;
/** What each of them may cost: a chunk of its socket, the data of an option, and answers. */
export const NBD_STRANGER_BYTES = 96 * KIB;
/** The same where hosts use TLS: its handshake takes a certificate of 100 KiB besides. */
export const NBD_TLS_STRANGERS_MAX = 64;
export const NBD_TLS_STRANGER_BYTES = 200 * KIB;
/** What TLS costs each attached host besides: its state, a chunk of its socket, and a piece of what is sent, once plain and once not. */
export const NBD_TLS_CONNECTION_BYTES = 40 * KIB + CHUNK_BYTES + 2 * 64 * KIB;
/** TLS is handed what is sent in such pieces. */
export const NBD_TLS_WRITE_BYTES = 64 * KIB;
/** TLS hands over a record of 16 KiB at a time: what came together is one turn, unless it is more than this. */
export const NBD_TLS_GATHER_BYTES = CHUNK_BYTES;
/** How often the files with certificates or keys are looked at. */
export const NBD_TLS_LOOK_MS = 10_000;
/** Options that a client may send before it attaches; and how many of them one turn answers. */
export const NBD_OPTIONS_MAX = 1024;
export const NBD_TURN_OPTIONS_MAX = 16;
/** Payload that one turn of one connection handles (received, or to be read) before others get theirs. */
export const NBD_TURN_BYTES_MAX = 4 * MIB;
/** What a request costs besides its payload until it is answered. */
export const NBD_REQUEST_BYTES = 512;
/** What an answer to BLOCK_STATUS takes until the host has it. */
export const NBD_BLOCK_STATUS_BYTES = 64 * KIB;
/** Payload of requests of one connection that are not answered yet; then it is not read from until some are. */
export const NBD_INFLIGHT_BYTES_MAX = 64 * MIB;
export const NBD_INFLIGHT_REQUESTS_MAX = 2048;
/** Replies that a host may leave unread before its requests wait. */
export const NBD_UNREAD_BYTES_MAX = 4 * MIB;
/** Piece of memory that small replies are gathered in, and how many spare ones are kept. */
export const NBD_SLAB_BYTES = 256 * KIB;
export const NBD_SPARE_SLABS_MAX = 16;
/** Extents that one answer to BLOCK_STATUS tells at most. */
export const NBD_EXTENTS_MAX = 1024;
export const NBD_HANDSHAKE_TIMEOUT_MS = 30_000;
/** Silence after which TCP asks whether the host is still there. */
export const NBD_KEEP_ALIVE_MS = 30_000;
/** How often the server looks for hosts that stand still in the middle of something. */
export const NBD_STALL_LOOK_MS = 1_000;
/** A host that sent half a request is cut off after so long without a byte of the rest. */
export const NBD_STALL_MS_MAX = 60_000;
/** The same, also for one that leaves its replies unread, while others wait for the memory that it holds. */
export const NBD_STALL_MS_UNDER_PRESSURE = 3_000;
/** How long a stop waits for requests under way before it closes connections all the same. */
export const NBD_STOP_GRACE_MS = 5_000;

// What strangers make the log say (nbd/, replication/, admin/)
/** Lines about connections that went wrong, in each window; the rest are counted. */
export const COMPLAINTS_MAX = 20;
export const COMPLAINTS_WINDOW_MS = 10_000;

function assertRelation(holds: boolean, what: string): void {
  if (!holds) throw new Error(`limits contradict each other: ${what}`);
}

assertRelation(SEGMENT_BYTES >= 4 * MIB, 'a segment holds several of the largest records (1 MiB)');
assertRelation(
  SRL_SIZE_MIN_BYTES >= 4 * SEGMENT_BYTES,
  'the smallest log has segments to recycle while others are in use',
);
assertRelation(
  (LOG_RENEW_SEGMENTS - 2) * (SEGMENT_BYTES - 2 * MIB) > SRL_RESERVE_BYTES,
  'a log made anew has room beside its reserve',
);
assertRelation(SRL_SIZE_MAX_BYTES >= SRL_SIZE_MIN_BYTES, 'log sizes');
assertRelation(
  SRL_SIZE_MIN_BYTES >= CHECKPOINT_BYTES + SRL_RESERVE_BYTES + 2 * SEGMENT_BYTES,
  'host writes do not stall between checkpoints in the smallest log',
);
assertRelation(
  LOG_BEYOND_SHARES_BYTES >= CHECKPOINT_BYTES + SRL_RESERVE_BYTES + 2 * SEGMENT_BYTES,
  'a stream that has used up its share leaves hosts room to write',
);
assertRelation(RESYNC_INFLIGHT_BYTES < STREAM_WINDOW_BYTES, 'a resync leaves room in the window for host writes');
assertRelation(
  COMPRESSED_FRAME_BYTES + RECORD_BYTES_MAX <= COMPRESSED_BODY_BYTES_MAX &&
    RESYNC_RUN_BYTES < COMPRESSED_BODY_BYTES_MAX,
  'every frame of a sender may be compressed',
);
assertRelation(4 * BANDWIDTH_GRAIN_MS < BANDWIDTH_BURST_MS + 1, 'a late timer loses nothing of the bandwidth');
assertRelation(SRL_READ_BYTES_MAX >= MIB + KIB, 'one read holds a whole record');
assertRelation(ACTIVITY_EXTENTS_MAX <= ACTIVITY_SLOT_EXTENTS_MAX, 'all extents fit into one slot of the activity log');
assertRelation(ACTIVITY_EXTENT_BYTES % (64 * KIB) === 0, 'an extent is whole regions');
assertRelation(
  PEER_HEARTBEAT_INTERVAL_MS_MAX < PEER_SILENCE_GRACE_MS && PEER_SILENCE_GRACE_MS < 1000,
  'the grace covers a heartbeat interval and ends before timeout + 1 s',
);
assertRelation(PEER_WRITE_BUFFER_BYTES_MAX > PEER_WRITE_BUFFER_BYTES + 16 * MIB, 'room for several batches');
assertRelation(ADMIN_STILL_MS > ADMIN_KEEP_ALIVE_MS, 'a connection is kept as long as it says');
assertRelation(STOP_DEADLINE_MS > ADMIN_DRAIN_MS, 'calls in progress end before the stop is given up');
assertRelation(NBD_INFLIGHT_BYTES_MAX >= 2 * PAYLOAD_BYTES_MAX, 'the largest request fits beside another');
assertRelation(STOP_DEADLINE_MS > NBD_STOP_GRACE_MS, 'hosts are let go before the stop is given up');
