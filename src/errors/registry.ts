/**
 * Every error that Evenkeel shows to anyone: one row each. The REST status and code, the NBD errno, the exit code of commands and
 * docs/errors.md all come from here. Codes are stable: a row may be added, never renumbered.
 */

/** NBD errno values, from the protocol's section "Error values". */
export type NbdErrno = 'EPERM' | 'EIO' | 'ENOMEM' | 'EINVAL' | 'ENOSPC' | 'EOVERFLOW' | 'ENOTSUP' | 'ESHUTDOWN';

export interface ErrorRow {
  /** Four digits: 1xxx request, 2xxx access, 3xxx volume, 4xxx session, 5xxx node, 6xxx data plane, 9xxx the service itself. */
  readonly code: number;
  readonly status: number;
  readonly errno: NbdErrno;
  readonly exitCode: number;
  /** What happened, without factors. */
  readonly text: string;
  /** What an operator can do about it. */
  readonly hint: string;
}

function row(
  code: number,
  status: number,
  text: string,
  hint: string,
  errno: NbdErrno = 'EIO',
  exitCode = 1,
): ErrorRow {
  return { code, status, text, hint, errno, exitCode };
}

export const ERRORS = {
  // 1xxx: the request itself
  PARAMETER_INVALID: row(
    1001,
    400,
    'Parameter is not valid',
    'Correct the named fields and send the request again.',
    'EINVAL',
    2,
  ),
  PARAMETER_UNKNOWN: row(
    1002,
    400,
    'Parameter is not known',
    'Remove the named fields, or check their spelling.',
    'EINVAL',
    2,
  ),
  BODY_MALFORMED: row(1003, 400, 'Body is not valid JSON', 'Send one JSON object in UTF-8.', 'EINVAL', 2),
  BODY_TOO_LARGE: row(1004, 413, 'Body is too large', 'Send less in one request.', 'EINVAL', 2),
  MEDIA_TYPE_UNSUPPORTED: row(1005, 415, 'Content type is not supported', 'Send application/json.', 'EINVAL', 2),
  RESOURCE_NOT_FOUND: row(1006, 404, 'Resource is not found', 'Check the path against the document at /openapi.json.'),
  IDEMPOTENCY_KEY_REUSED: row(
    1007,
    409,
    'Idempotency-Key was used with another body',
    'Use a new key for a new request.',
  ),
  RATE_LIMITED: row(1008, 429, 'Too many requests', 'Wait as long as Retry-After says.'),

  // 2xxx: who asks
  NOT_AUTHENTICATED: row(
    2001,
    401,
    'Not authenticated',
    'Open a session with POST /session and send its token as Bearer.',
    'EPERM',
  ),
  CREDENTIALS_WRONG: row(
    2002,
    401,
    'User name or password is wrong',
    'Check both; the first start printed the password of admin.',
    'EPERM',
  ),
  NOT_ALLOWED: row(2003, 403, 'The role does not allow this', 'Ask an administrator.', 'EPERM'),
  TOKEN_EXPIRED: row(2004, 401, 'The token is no longer valid', 'Open a new session.', 'EPERM'),
  PASSWORD_WRONG: row(
    2005,
    403,
    'Present password is wrong',
    'Change the own password with POST /session/password, which takes the present one.',
    'EPERM',
  ),

  // 21xx: users and tokens
  USER_NOT_FOUND: row(2101, 404, 'User is not found', 'List the users with GET /user.'),
  USER_NAME_IN_USE: row(2102, 409, 'User name is in use', 'Choose another name; upper and lower case are the same.'),
  USER_LAST_ADMIN: row(2103, 409, 'No enabled user with the role admin would be left', 'Make another admin first.'),
  TOKEN_NOT_FOUND: row(2104, 404, 'API token is not found', 'List the tokens with GET /token.'),

  // 3xxx: volumes
  VOLUME_NOT_FOUND: row(3001, 404, 'Volume is not found', 'List the volumes with GET /volume.'),
  VOLUME_NAME_IN_USE: row(3002, 409, 'Volume name is in use on this node', 'Choose another name.'),
  VOLUME_IN_SESSION: row(3003, 409, 'Volume is used by a copy session', 'Delete the copy session first.'),
  VOLUME_CONNECTED: row(
    3004,
    409,
    'Volume is attached to a host',
    'Detach the host, or use force to drop its connections.',
  ),
  VOLUME_SIZE_DIFFERS: row(3005, 409, 'Volumes differ in size', 'Use a destination of exactly the size of the source.'),
  VOLUME_IS_OWN_COPY: row(3006, 400, 'A volume cannot be its own copy', 'Name two different volumes.'),
  VOLUME_ON_SAME_NODE: row(
    3007,
    409,
    'Source and destination are on the same node',
    'Use a destination on another node.',
  ),
  VOLUME_COPY_PROTECTED: row(
    3008,
    409,
    'Destination is protected against being a copy destination',
    'PATCH is_copy_protection_enabled to false.',
  ),
  VOLUME_ALREADY_DESTINATION: row(
    3009,
    409,
    'Volume is already the destination of a copy session',
    'Delete that session first.',
  ),
  VOLUME_IS_SOURCE: row(3010, 409, 'Volume is the source of a copy session', 'A cascade is not supported.'),
  VOLUME_SECOND_DESTINATION: row(3011, 409, 'Volume already has a destination on this node', 'Use another node.'),
  VOLUME_SHRINK_REFUSED: row(3012, 409, 'A volume cannot shrink', 'Give a capacity not below the present one.'),
  VOLUME_BACKING_REFUSED: row(
    3013,
    409,
    'Backing path is not allowed',
    "Use a path below a folder that the node's configuration lists.",
  ),
  VOLUME_BACKING_IN_USE: row(
    3014,
    409,
    'Backing device carries data',
    'Set overwrite to true if its contents may be lost.',
  ),
  VOLUME_CAPACITY_EXCEEDED: row(
    3015,
    409,
    'Not enough capacity on the node',
    'Use a smaller capacity or another node.',
    'ENOSPC',
  ),
  VOLUME_LOST: row(
    3016,
    409,
    'The node no longer has the volume',
    'Look at its data directory; delete the volume here if it is gone for good.',
  ),
  VOLUME_BUSY: row(3017, 409, 'Another operation on the volume is unfinished', 'Wait for its job.'),
  VOLUME_NOT_HELD: row(3018, 409, 'Volume is not held', 'Nothing to do.'),
  VOLUME_IN_GROUP: row(
    3019,
    409,
    'Volume is in a consistency group',
    'Take it out of the group first, with PATCH /consistencygroup/{id}; a group of one volume is deleted.',
  ),
  VOLUME_IN_GROUP_OF_SEVERAL: row(
    3020,
    409,
    'Volume is in a consistency group with others',
    'Use POST /consistencygroup/{id}/copysession, which makes the sessions of all its volumes at once.',
  ),
  VOLUME_ON_OTHER_NODE: row(
    3021,
    409,
    'Volume is on another node than its group',
    'Put volumes of one node into a group.',
  ),
  VOLUME_DESTINATIONS_MAX: row(
    3022,
    409,
    'Volume has as many destinations as it can have',
    'Delete one of its copy sessions first.',
  ),

  CONNECTION_NOT_FOUND: row(
    3023,
    404,
    'Host connection is not found',
    'List them with GET /volume/{id}/connection: a host that connects again gets another id.',
  ),

  // 4xxx: copy sessions
  SESSION_NOT_FOUND: row(4001, 404, 'Copy session is not found', 'List the sessions with GET /copysession.'),
  SESSION_NOT_ESTABLISHED: row(4002, 409, 'Copy session is not established yet', 'Wait for its job to end.'),
  SESSION_NOT_EQUIVALENT: row(
    4003,
    409,
    'Copy session is not Equivalent',
    'Wait for Equivalent, or use force: the destination is then unusable until resumed.',
  ),
  SESSION_ALREADY_SUSPENDED: row(4004, 409, 'Copy session is already suspended', 'Nothing to do.'),
  SESSION_ALREADY_ACTIVE: row(4005, 409, 'Copy session is already active', 'Nothing to do.'),
  SESSION_NOT_SUSPENDED: row(4006, 409, 'Copy session is not suspended', 'Suspend it first.'),
  SESSION_IN_ERROR: row(4007, 409, 'Copy session is in Error', 'Resume it once the cause is gone, or delete it.'),
  SESSION_SOURCES_DIFFER: row(
    4008,
    409,
    'Copy sessions do not share a source node',
    'Suspend the sessions of one source node at once.',
  ),
  SESSION_DESTINATION_INCONSISTENT: row(
    4009,
    409,
    'Destination is inconsistent and cannot be opened',
    'Bring the source back and resume the copy.',
  ),
  SESSION_BUSY: row(
    4010,
    409,
    'Another operation on the copy session is unfinished',
    'Wait for its job, or cancel it.',
  ),
  SESSION_WRITE_DELAYED: row(
    4011,
    409,
    'Destination was too slow for Synchronous',
    'Find the cause, then resume the session.',
  ),
  SESSION_SPLIT_BRAIN: row(
    4012,
    409,
    'Source and destination were written apart from each other',
    'Name a winner: resume keeps the source, reverse and resume keeps the destination.',
  ),
  SESSION_BOXID_DIFFERS: row(
    4013,
    409,
    'Box id does not match the node of the volume',
    'Correct the box id, or leave it out.',
  ),
  SESSION_LOST: row(
    4015,
    409,
    'A storage node does not have the copy session any more',
    'Delete it by force; if it is still wanted, create it anew once it is clear which volume holds the right data.',
  ),
  SESSION_SUPERSEDED: row(
    4014,
    409,
    'The operation was replaced by a later one',
    'Look at the job of the later operation.',
  ),

  SESSION_STALLED: row(
    4016,
    409,
    'Copy gets nowhere although both nodes are connected',
    'It is tried again by itself; look at the logs of both nodes for what holds it up.',
  ),
  SESSION_HALTED: row(
    4017,
    409,
    'Destination is lost, and hosts must not begin to wait for it',
    'Change to Synchronous once the link is back; asynchronous modes can be changed to at any time.',
  ),
  SESSION_SOURCE_HAS_OTHERS: row(
    4018,
    409,
    'Source has other destinations',
    'Delete its other copy sessions first; of several destinations only one can act alone.',
  ),
  SESSION_NOT_ACTIVE: row(4019, 409, 'Copy session is not Active', 'Resume it, or bring back what it lost, first.'),

  // 41xx: consistency groups
  GROUP_NOT_FOUND: row(4101, 404, 'Consistency group is not found', 'List the groups with GET /consistencygroup.'),
  GROUP_NAME_IN_USE: row(4102, 409, 'Group name is in use on this node', 'Choose another name.'),
  GROUP_HAS_SESSIONS: row(4103, 409, 'Consistency group has copy sessions', 'Delete its copy sessions first.'),
  GROUP_HAS_NO_SESSIONS: row(
    4104,
    409,
    'Consistency group has no copy sessions',
    'Make them with POST /consistencygroup/{id}/copysession.',
  ),
  GROUP_BUSY: row(4105, 409, 'Another operation on the consistency group is unfinished', 'Wait for its job.'),
  GROUP_LAST_VOLUME: row(
    4106,
    409,
    'A consistency group has at least one volume',
    'Name another volume, or delete the group.',
  ),
  GROUP_CHANGE_MIXED: row(
    4107,
    409,
    'A group with copy sessions cannot gain and lose volumes at once',
    'Add volumes and take others away in two requests.',
  ),

  // 5xxx: nodes
  NODE_NOT_FOUND: row(5001, 404, 'Storage node is not found', 'List the nodes with GET /node.'),
  NODE_UNREACHABLE: row(5002, 409, 'Storage node cannot be reached', 'Start the node, or check the network.'),
  NODE_TOKEN_REFUSED: row(
    5003,
    409,
    'Enrolment token is refused',
    'Use the token that the node printed at its first start.',
  ),
  NODE_NAME_IN_USE: row(5004, 409, 'Node name is in use', 'Choose another name.'),
  NODE_ALREADY_REGISTERED: row(5005, 409, 'Storage node is already registered', 'Use the existing registration.'),
  NODE_HAS_VOLUMES: row(
    5006,
    409,
    'Storage node still has volumes',
    'Delete them, or use force for a node that is gone.',
  ),
  NODE_VERSION_UNSUPPORTED: row(
    5007,
    409,
    'Storage node speaks another version',
    'Run the same version on both sides.',
  ),
  NODE_IDENTITY_CHANGED: row(
    5008,
    409,
    'Another storage node answers at this address',
    'Check the address; a rebuilt node is registered anew.',
  ),
  NODE_MAINTENANCE: row(5009, 409, 'Storage node is in maintenance', 'End the maintenance with PATCH /node/{id}.'),
  NODE_STARTING: row(5010, 503, 'Storage node is starting', 'Try again in a moment; its log says what it waits for.'),
  NODE_BUSY: row(5011, 409, 'Another operation on the storage node is unfinished', 'Wait for its job.'),
  NODE_ROLLED_BACK: row(
    5012,
    409,
    'Data directory of the storage node went back in time',
    'Delete its copy sessions at both ends, or remove the node with force and register it again.',
    'EPERM',
  ),
  NODE_CLONED: row(
    5013,
    409,
    'Data directory of the storage node is in use twice, or went back in time',
    'Stop the copy; then delete its copy sessions, or remove the node with force and register it again.',
    'EPERM',
  ),

  // 6xxx: the data plane
  ACCESS_FENCED: row(
    6001,
    409,
    'A newer epoch exists elsewhere: this side refuses host writes',
    'Resume or reverse the copy session.',
    'EPERM',
  ),
  ACCESS_DESTINATION: row(
    6002,
    409,
    'Volume is the destination of a running copy session',
    'Suspend the session to open its destination.',
    'EPERM',
  ),
  ACCESS_NO_DESTINATION: row(
    6003,
    409,
    'Destination is lost and split mode is Manual',
    'Bring the destination back, or set split_mode to Automatic.',
    'EIO',
  ),
  ACCESS_WAITING: row(
    6004,
    409,
    'Source is starting and waits for its destination',
    'Wait, or bring the destination back.',
    'EIO',
  ),
  CLIENT_NOT_ALLOWED: row(
    6005,
    403,
    'Client address is not in allowed_client_list',
    'Add it with PATCH /volume/{id}.',
    'EPERM',
  ),
  REQUEST_OUT_OF_RANGE: row(
    6006,
    400,
    'Request reaches beyond the end of the volume',
    'Correct the request.',
    'EINVAL',
  ),
  REQUEST_TOO_LARGE: row(6007, 400, 'Request is larger than 32 MiB', 'Split the request.', 'EOVERFLOW'),
  REQUEST_INVALID: row(6008, 400, 'Request is not valid', 'Correct the request.', 'EINVAL'),
  DEVICE_FAILED: row(6009, 500, 'Device failed', "Look at the node's log for the cause.", 'EIO'),
  DEVICE_FULL: row(6010, 500, 'No space left on the device', 'Free space on the node.', 'ENOSPC'),
  SRL_TOO_SMALL: row(6011, 409, 'Log is smaller than 128 MiB', 'Give srl_size_mb of 128 or more.'),
  SRL_CORRUPT: row(
    6012,
    500,
    'Log is damaged below its durable position',
    'Bring the other end back: it has what is missing. Or delete the session by force.',
  ),
  FORMAT_UNSUPPORTED: row(
    6013,
    500,
    'File is of a format that this version does not know',
    'Run the version that wrote it, or a newer one.',
    'EIO',
    4,
  ),
  FORMAT_CORRUPT: row(
    6014,
    500,
    'File is damaged',
    'Bring the other end back, or restore the file. Or delete the session by force.',
    'EIO',
    4,
  ),
  SHUTTING_DOWN: row(6015, 503, 'Storage node is shutting down', 'Connect again in a moment.', 'ESHUTDOWN'),
  ACCESS_HELD: row(
    6018,
    409,
    'Node lost power: writes that hosts had acknowledged may be missing',
    'Bring its destination back, which may prove that nothing is lost; or check the data and POST /volume/{id}/release.',
    'EIO',
  ),
  LOG_FAILED: row(
    6019,
    500,
    'Log failed',
    'Free space or repair its disk: the log is made anew by itself, and the copy goes on.',
    'EIO',
  ),
  SRL_OVERFLOW: row(
    6020,
    409,
    'Share of the log was used up: the destination is left behind',
    'Resume the session: it goes on by changed regions. With srl_protection Autodcm it does so by itself.',
  ),
  ACCESS_LOG_SHARE: row(
    6021,
    409,
    'Share of the log is used up, the destination is lost, and srl_protection is Fail',
    'Bring the destination back, or set srl_protection to another value.',
    'EIO',
  ),
  ACCESS_LATENCY: row(
    6022,
    409,
    'Destination is lost and lacks as many writes as latency_protection allows',
    'Bring the destination back, or set the policy of latency_protection to Override or Off.',
    'EIO',
  ),
  TLS_REQUIRED: row(
    6023,
    403,
    'Hosts must attach over TLS',
    'Use nbds:// with the certificates or the key that the node asks for (docs/operations.md).',
    'EPERM',
  ),
  // The specification wants ENOSPC here, EINVAL for all other requests.
  WRITE_OUT_OF_RANGE: row(
    6017,
    400,
    'Write reaches beyond the end of the volume',
    'Correct the request, or grow the volume.',
    'ENOSPC',
  ),

  // 7xxx: starting a process
  SETTINGS_INVALID: row(7001, 500, 'Settings are not valid', 'Correct every setting that is named.', 'EIO', 2),
  DATA_DIRECTORY_LOCKED: row(
    7002,
    500,
    'Data directory is in use by another process',
    'Stop that process, or use another directory.',
    'EIO',
    3,
  ),
  DATA_DIRECTORY_FOREIGN: row(
    7003,
    500,
    'Data directory belongs to another node',
    'Use the directory of this node.',
    'EIO',
    3,
  ),
  DATA_DIRECTORY_UNUSABLE: row(
    7004,
    500,
    'Data directory cannot be used',
    'Check that it exists, is writable and has space.',
    'EIO',
    3,
  ),
  PORT_IN_USE: row(7005, 500, 'Port is in use', 'Choose another port, or stop the process that holds it.', 'EIO', 3),

  // 9xxx: the service
  INTERNAL: row(9001, 500, 'Internal error', 'Report it with the request_id.'),
  DATABASE_UNAVAILABLE: row(9002, 503, 'Database does not answer', 'Try again; the storage nodes go on meanwhile.'),
  JOB_NOT_FOUND: row(9003, 404, 'Job is not found', 'Finished jobs are kept for 24 hours.'),
  JOB_LIMIT_REACHED: row(9004, 503, 'Too many unfinished jobs', 'Try again in a moment.'),
  JOB_RUNNING: row(9005, 409, 'Job is running', 'Wait for its end; only queued jobs can be cancelled.'),
  JOB_CANCELED: row(9006, 409, 'Job was cancelled', 'Send the request again if it is still wanted.'),
  OPERATION_TIMED_OUT: row(
    9007,
    409,
    'The nodes did not finish the operation in time',
    'Look at the state of the resource and its nodes, then try again.',
  ),
  CONTROLLER_OUTDATED: row(
    9008,
    409,
    'The control plane speaks for a state that has been overtaken',
    'Another worker leads, or a second control plane with a copy of the database commands the node: stop it, and restart this one.',
  ),
  DATABASE_RESTORED: row(
    9009,
    409,
    'The database was restored from an older copy while the job was unfinished',
    'Look at the state of the resource, then send the request again if it is still wanted.',
  ),
  EVENT_STREAM_LIMIT_REACHED: row(
    9010,
    503,
    'Too many clients follow the events',
    'Close streams that nobody reads, ask another process of the API, or read GET /event instead.',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorName = keyof typeof ERRORS;
