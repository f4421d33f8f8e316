/**
 * What a field is wherever it appears, and an example of it. The document takes both from here for every field, parameter and filter
 * whose own class does not say more; a word that means the same everywhere is explained once.
 */

export interface FieldMeaning {
  readonly description: string;
  readonly example?: unknown;
}

const field = (description: string, example?: unknown): FieldMeaning =>
  example === undefined ? { description } : { description, example };

const TIME = '2026-11-20T10:00:00.250Z';
const BOXID = '5D3F9A60C2B14E7C8F12A4B6C8D0E2F4########';
const UID = '0b7e6c1e-3c52-4f0e-9a57-2f6f4f1f8a11';

const IDS: Record<string, FieldMeaning> = {
  job_id: field('Id of the job.', 1),
  node_id: field('Id of the storage node.', 1),
  volume_id: field('Id of the volume; never used again.', 1),
  copysession_id: field('Id of the copy session.', 1),
  consistencygroup_id: field('Id of the consistency group.', 1),
  user_id: field('Id of the user; never used again.', 1),
  token_id: field('Id of the API token; never used again.', 1),
  audit_id: field('Id of the entry; later entries have greater ones.', 1),
  connection_id: field('Id of the connection of a host.', 1),
  event_id: field('Id of the event; later events have greater ones.', 1),
  source_volume_id: field('Id of the volume that is copied.', 1),
  source_node_id: field('Id of the storage node of the source.', 1),
  destination_volume_id: field('Id of the volume that holds the copy.', 2),
  destination_node_id: field('Id of the storage node of the destination.', 2),
  volume_id_list: field('Ids of the volumes.', [1, 2]),
  copysession_id_list: field('Ids of the copy sessions.', [1, 2]),
  volume_number: field('Counts the volumes of a node.', 1),
  source_volume_number: field('Number of the source on its node.', 1),
  destination_volume_number: field('Number of the destination on its node.', 1),
  uid: field('What the node knows it by; never used again.', UID),
};

const LINKS: Record<string, FieldMeaning> = {
  job_href: field('Where to read the job.', '/api/v1/job/1'),
  node_href: field('Where to read the storage node.', '/api/v1/node/1'),
  volume_href: field('Where to read the volume.', '/api/v1/volume/1'),
  source_volume_href: field('Where to read the source.', '/api/v1/volume/1'),
  destination_volume_href: field('Where to read the destination.', '/api/v1/volume/2'),
  copysession_href: field('Where to read the copy session.', '/api/v1/copysession/1'),
  consistencygroup_href: field('Where to read the consistency group.', '/api/v1/consistencygroup/1'),
  resource_href: field('What it is about.', '/api/v1/volume/1'),
  resource_href_list: field('What it is about.', ['/api/v1/volume/1']),
  succeeded_resource_href_list: field('What the job made or changed.', ['/api/v1/volume/1']),
  progress_href_list: field('Where to read the progress of what the job set going.', ['/api/v1/copysession/1']),
};

const NAMES: Record<string, FieldMeaning> = {
  name: field('1 to 32 printable ASCII characters.', 'db'),
  username: field('Name of the user.', 'admin'),
  password: field('Password of the user.', 'correct horse battery staple'),
  current_password: field('The present password.', 'correct horse battery staple'),
  new_password: field('The password from now on.', 'wrong donkey charger pin'),
  requestor: field('Name of the user who asked for it.', 'admin'),
  source_volume_name: field('Name of the source on its node.', 'db'),
  destination_volume_name: field('Name of the destination on its node.', 'db'),
  boxid: field("Identity of the storage node for life: 40 characters, padded with '#'.", BOXID),
  source_boxid: field('boxid of the node of the source.', BOXID),
  destination_boxid: field('boxid of the node of the destination.', BOXID),
  address: field('host:port; an IPv6 address stands in brackets.', '10.0.0.1:5700'),
  nbd_address: field('host:port where hosts attach; null until the node was reached once.', '10.0.0.1:10809'),
  nbd_uri: field('What a host attaches; null until the node was reached once.', 'nbd://10.0.0.1:10809/db'),
  peer_address_list: field('host:port of each address that other nodes replicate with.', ['10.0.0.1:5701']),
  version: field('Version of the software.', '0.1.0'),
  message: field('In words: what happened, and in brackets what it is about.', 'Volume is not found (1)'),
  operation: field('The step.', 'create volume db'),
  result: field('How it ended.', 'Success'),
  token: field('Bearer token.', 'kT3vV0m4n1Yt0d2b'),
  refresh_token: field('Works once.', 'Qx7jR2w9cLz5eHs8'),
  enrolment_token: field('What the node printed at its first start.', 'evenkeel-enrolment-token'),
};

const STATES: Record<string, FieldMeaning> = {
  status: field('State, as of the last time that the node was heard.'),
  status_reason: field('Name of the reason in docs/errors.md; null when there is none.', 'NODE_UNREACHABLE'),
  detail_status: field('More about the status, in words; empty when there is nothing to say.', ''),
  phase: field('How far the copy is.'),
  type: field('Kind.'),
  severity: field('How bad it is.'),
  health: field('Worst state of anything in it.'),
  usage: field('What the volume is used as.'),
  access: field('What hosts may do with the volume. Held: it waits to be released after a loss of power.'),
  access_reason: field('Name of the reason in docs/errors.md, unless hosts may read and write.', 'ACCESS_DESTINATION'),
  data_state: field('What the copy is: as the source, as the source was at some earlier moment, or neither.'),
  logging_to: field('Where unsent writes are remembered: in the log (Srl) or as changed regions (Dcm).'),
  effective_mode: field('What acknowledges host writes now; Through while a change of mode passes.'),
  throttle: field('Why host writes wait for this session just now.'),
  concurrent_suspend_result: field('Result of the last suspend together with other sessions.'),
  end: field('The end that counted.'),
  role: field(
    'What a user or a token may do: admin everything; operator all but users, tokens and nodes; monitor reads.',
  ),
  is_enabled: field('Who is not enabled cannot log in.'),
  is_stale: field('The node was not heard of late: what is shown is what was last known.'),
  is_rpo_breached: field('The lag is greater than rpo_seconds.'),
  is_up: field('The way works.'),
  is_copy_source_volume: field('A copy session copies it.'),
  is_copy_destination_volume: field('It holds the copy of a copy session.'),
  is_copy_protection_enabled: field('It refuses to become the destination of a copy session.'),
  error: field('Why the job failed; null unless it did.'),
  error_code: field('Four digits of docs/errors.md, stable.', 3001),
  error_message: field('What is wrong with the session, in words; null when nothing is.', 'Destination is too slow'),
  internal_code: field('Name of the error in docs/errors.md, stable.'),
};

const SETTINGS: Record<string, FieldMeaning> = {
  transfer_mode: field(
    'When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in ' +
      'the volume here with its region marked (Stack).',
  ),
  split_mode: field('Whether host writes go on when the destination is lost, or fail. Of Synchronous sessions.'),
  recovery_mode: field('Whether a returning link starts the resync by itself.'),
  srl_protection: field('What happens when the share of the log is used up.'),
  compression: field('How payload is compressed on the link.'),
  initial_copy: field('What is sent at first: everything, or with Skip nothing.'),
  copy_range: field('How much of the volume is copied.'),
  write_cache: field(
    'Whether an acknowledged write may still be in memory until a flush; Writethrough makes each durable.',
  ),
  backing: field('What holds the data at the node.'),
  path: field("Path at the node; null: a sparse file in the node's own folder.", '/dev/vg0/db'),
  allowed_client_list: field('Addresses and CIDR blocks of hosts that may attach.', ['127.0.0.0/8', '10.1.0.0/16']),
  latency_protection: field('Host writes wait while too many of them are on their way.'),
  policy: field('Whether latency protection is on, and what it does while the destination is lost.'),
  high_mark: field('Writes on their way at which host writes begin to wait.', 10_000),
  low_mark: field('Writes on their way below which host writes go on.', 9_950),
  heartbeat_timeout_seconds: field('Silence after which the other end counts as lost, seconds.', 10),
  max_write_delay_ms: field(
    'A Synchronous write that waits longer ends the session in Error, milliseconds; 0 is never.',
    30_000,
  ),
  startup_wait_seconds: field(
    'How long a starting source waits for its destination before it serves alone, seconds.',
    30,
  ),
  rpo_seconds: field('A lag beyond so many seconds is a breach; 0 is no watch.', 60),
  srl_share_mb: field('Most of the log that may wait for the destination, MiB.', 512),
  srl_size_mb: field('Size of the log at each end, MiB.', 1024),
  bandwidth_limit_mbps: field('Payload sent at most, 10^6 bits a second; 0 is unlimited.', 0),
  copy_concurrency: field('How many volumes are copied at once; the others wait as Reserved.', 20),
  count: field('How many to make; of several, each name gets a number appended.', 1),
  max_records: field('Entries in one answer.', 100),
  last_get_id: field('Entries after this id.', 0),
};

const SIZES: Record<string, FieldMeaning> = {
  capacity: field('Size, MiB.', 1024),
  capacity_bytes: field('Size in bytes.', 1_073_741_824),
  used_capacity: field('Space that its data takes at the node, MiB; null until known.', 12),
  used_capacity_bytes: field('Space that its data takes at the node, bytes; null until known.', 12_582_912),
  srl_used: field('Space that is taken by logs, MiB; null until known.', 3),
  srl_used_bytes: field('Space that is taken by logs, bytes; null until known.', 3_145_728),
  total_data_size: field('Size of the volume, MiB.', 1024),
  total_data_size_bytes: field('Size of the volume, bytes.', 1_073_741_824),
  uncopied_data_size: field('What is not known to be equal, MiB; null until known.', 0),
  uncopied_data_size_bytes: field('What is not known to be equal, bytes; null until known.', 0),
  transferred_bytes: field('Payload bytes since the session was made, resync and log together.', 1_073_741_824),
  resync_bytes: field('Payload bytes that were sent as regions, not as log.', 1_073_741_824),
  payload_bytes: field('Payload before compression, bytes.', 1_073_741_824),
  wire_bytes: field('What went over the link for the payload, bytes.', 536_870_912),
  bytes: field('Payload that the destination does not hold durably, bytes.', 4096),
  resolution: field('Bytes that one bit of the change map stands for.', 65_536),
  node_count: field('Storage nodes by status.', { Online: 2 }),
  volume_count: field('Number of volumes.', 4),
  copysession_count: field('Copy sessions by status.', { Active: 2 }),
};

const TIMES: Record<string, FieldMeaning> = {
  time: field('When it happened.', TIME),
  created_time: field('When it was made.', TIME),
  modified_time: field('When it changed last.', TIME),
  last_seen_time: field('When its node was last heard; null: never.', TIME),
  last_heard_time: field('When one end last heard the other; null: never.', TIME),
  backup_time: field('Time of the last suspend; null: none.', TIME),
  error_occurrence_time: field('When the error arose; null without one.', TIME),
  last_used_time: field('When it was used last; null: never.', TIME),
  expires_at: field('When it ends; null: never.', '2027-11-20T10:00:00.000Z'),
  locked_until: field('Until when nobody can log in as this user, after too many wrong passwords; null: now.', TIME),
  elapsed_time: field('Seconds since it was made.', 3600),
  expires_in: field('Seconds that the token holds; use does not extend it.', 1800),
  remain_time_to_finish_suspend: field('Seconds until a suspend that is under way ends, as far as known.', 0),
  interval_seconds: field('Seconds that the figures are over; null while there are none yet.', 60),
};

const FIGURES: Record<string, FieldMeaning> = {
  progress: field('Of the copy, percent; null until known.', 100),
  lag: field('How far the destination is behind; null until known.'),
  seconds: field('Age of the oldest outstanding write, seconds; 0 when there is none.', 0.2),
  writes: field('Writes that the destination does not hold durably.', 1),
  epoch: field('Counts the changes of who may be written to; null until known.', 3),
  messages_sent: field('Messages sent on the link.', 1200),
  messages_received: field('Messages received on the link.', 1150),
  blocks_sent: field('Log records and regions sent.', 900),
  round_trip_ms: field('Round-trip time of the link, milliseconds.', 0.4),
  compression_ratio: field('payload_bytes to wire_bytes; null before anything was sent.', 2),
  timeouts: field('Times that the other end was not heard for the heartbeat timeout.', 0),
  gaps: field('Times that something was missing between two messages, and asked for again, at both ends.', 0),
  checksum_errors: field('Messages that arrived damaged, at both ends.', 0),
  retries: field('Log records and regions that had to be sent again.', 0),
  reconnects: field('Times that the connection was made anew.', 0),
  stalls: field('Times that the copy got nowhere for a minute though connected.', 0),
  overflows: field('Times that the share of the log was used up.', 0),
  throttles: field('Times that host writes had to wait for this session.', 0),
  throttled_ms: field('How long host writes had to wait for it in all, milliseconds.', 0),
};

const PARTS: Record<string, FieldMeaning> = {
  description: field('What is to be done, in words.', 'Create volume db'),
  details: field('More about it.'),
  operation_list: field('The steps so far, in their order.'),
  failed_resource_info_list: field('What could not be made or changed, and why.'),
  path_list: field('The addresses by which the destination can be reached.'),
  stream_list: field('Its replication, one entry for each destination node.'),
  destination: field('Has a volume of the same size made for the copy.'),
  total_count: field('All that match the filters.', 250),
  list_count: field('Those in this answer.', 100),
  next_href: field('The next page, when there is one.', '/api/v1/volume?last_get_id=100'),
  parameter: field('The field at fault, with its path inside the body.', 'capacity'),
  request_id: field('Finds the request in the logs.', '3f0c2a4e-6d0b-4f3e-8a53-0f6f8f1d2b77'),
};

export const FIELD_GLOSSARY: Readonly<Record<string, FieldMeaning>> = {
  ...IDS,
  ...LINKS,
  ...NAMES,
  ...STATES,
  ...SETTINGS,
  ...SIZES,
  ...TIMES,
  ...FIGURES,
  ...PARTS,
};
