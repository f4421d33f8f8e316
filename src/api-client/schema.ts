/** Generated from openapi/openapi.json by `npm run write-api-client`. */
export interface paths {
  '/api/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Log in
     * @description The token holds for 30 minutes, however often it is used. Needs no token.
     */
    post: operations['openSession'];
    /**
     * Log out
     * @description Ends the session: its token and its refresh token hold no longer. Needs the role monitor.
     */
    delete: operations['closeSession'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/session/refresh': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Open the next session with a refresh token
     * @description A refresh token works once; the answer brings the next one. Needs no token.
     */
    post: operations['refreshSession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/session/password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Change the own password
     * @description Ends all sessions and API tokens of the user, this one too. Needs the role monitor.
     */
    post: operations['changeOwnPassword'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/user': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List users
     * @description Needs the role admin.
     */
    get: operations['listUsers'];
    put?: never;
    /**
     * Make a user
     * @description Who may log in, and what they may do then. Needs the role admin.
     */
    post: operations['createUser'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/user/{user_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a user
     * @description Needs the role admin.
     */
    get: operations['getUser'];
    put?: never;
    post?: never;
    /**
     * Delete a user
     * @description Ends its sessions and API tokens. Its jobs and its audit trail stay. Needs the role admin.
     */
    delete: operations['deleteUser'];
    options?: never;
    head?: never;
    /**
     * Change a user
     * @description The own password is changed with POST /session/password, which asks for the present one. Needs the role admin.
     */
    patch: operations['changeUser'];
    trace?: never;
  };
  '/api/v1/user/{user_id}/unlock': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Unlock a user
     * @description 10 failed logins within 15 minutes lock a name for 15 minutes. Needs the role admin.
     */
    post: operations['unlockUser'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List who changed what, or tried to
     * @description Every call but those that only read, with logins, in the order in which they came. Kept for 400 days. Needs the role admin.
     */
    get: operations['listAuditEntries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/job': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List jobs
     * @description Needs the role monitor.
     */
    get: operations['listJobs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/job/{job_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a job
     * @description Needs the role monitor.
     */
    get: operations['getJob'];
    put?: never;
    post?: never;
    /**
     * Remove a finished job, or cancel a queued one
     * @description A cancelled job takes back what it was to bring, and stays in the list as Canceled. Needs the role operator.
     */
    delete: operations['deleteJob'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/node': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List storage nodes
     * @description Needs the role monitor.
     */
    get: operations['listNodes'];
    put?: never;
    /**
     * Register a storage node
     * @description Node and control plane learn to know each other; volumes and copy sessions that the node has are taken up. Needs the role admin.
     */
    post: operations['createNode'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/node/{node_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a storage node
     * @description Needs the role monitor.
     */
    get: operations['getNode'];
    put?: never;
    post?: never;
    /**
     * Forget a storage node
     * @description Without volumes, or with force for a node that is gone: its volumes are forgotten with it, and its copy sessions end at their other nodes. Needs the role admin.
     */
    delete: operations['deleteNode'];
    options?: never;
    head?: never;
    /**
     * Change a storage node
     * @description Its name and its address, and whether it is in maintenance. Needs the role admin.
     */
    patch: operations['changeNode'];
    trace?: never;
  };
  '/api/v1/storagesystem': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show the whole installation: counts by state, health
     * @description Needs the role monitor.
     */
    get: operations['getStorageSystem'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/copysession/rec': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Create a remote copy session
     * @description Everything that is wrong is named in one refusal: its code is that of the first, details name all. Success is established, not copied. Needs the role operator.
     */
    post: operations['createRecCopySession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/copysession/suspend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Suspend copy sessions of one source node at one point in time
     * @description All of them or none. Both ends keep tracking what hosts write, to either volume. Needs the role operator.
     */
    post: operations['suspendCopySessions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/copysession': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List copy sessions
     * @description Needs the role monitor.
     */
    get: operations['listCopySessions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/copysession/{copysession_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a copy session
     * @description Needs the role monitor.
     */
    get: operations['getCopySession'];
    put?: never;
    post?: never;
    /**
     * Delete a copy session; both volumes keep their data
     * @description Without force only an Equivalent one, and an asynchronous one drains first: its destination gets every write that came before. An end that cannot be reached is removed when it returns. Needs the role operator.
     */
    delete: operations['deleteCopySession'];
    options?: never;
    head?: never;
    /**
     * Change settings of a copy session, live or suspended
     * @description transfer_mode may change at any time without a full copy and without a failed host write: while the session copies the new mode holds once the copy is done, and effective_mode is Through until then; in Suspend and Error it holds once the session is resumed. Only to Synchronous it does not change in Halt (SESSION_HALTED) and Error (SESSION_IN_ERROR). split_mode is refused with an asynchronous mode, which keeps it for the return to Synchronous. Needs the role operator.
     */
    patch: operations['changeCopySession'];
    trace?: never;
  };
  '/api/v1/copysession/{copysession_id}/statistics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show what the session counted on its link
     * @description Counts since the node started; with interval, those of about so many last seconds (interval_seconds says how many). Samples are taken at the source every 10 s and kept for an hour. Needs the role monitor.
     */
    get: operations['getCopySessionStatistics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/copysession/{copysession_id}/suspend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Suspend a copy session
     * @description Hosts may write to both volumes, and both ends keep tracking what they write. Success is that the destination holds all. Needs the role operator.
     */
    post: operations['suspendCopySession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/copysession/{copysession_id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Resume a copy session
     * @description Sends every region changed on either side since the suspend, read from the present source; writes to the destination are overwritten. Needs the role operator.
     */
    post: operations['resumeCopySession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/copysession/{copysession_id}/reverse': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Exchange source and destination of a suspended copy session
     * @description Moves no data; the next resume does. Needs the role operator.
     */
    post: operations['reverseCopySession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/volume/copysession': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List volumes that have copy sessions, with their copies
     * @description Needs the role monitor.
     */
    get: operations['listVolumeCopySessions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/volume/{volume_id}/copysession': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a volume with its copies
     * @description Needs the role monitor.
     */
    get: operations['getVolumeCopySessions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/volume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List volumes
     * @description Needs the role monitor.
     */
    get: operations['listVolumes'];
    put?: never;
    /**
     * Create a volume, or several
     * @description With count, all or none are made, and numbers are appended to their name. A host attaches its nbd_uri. Needs the role operator.
     */
    post: operations['createVolume'];
    /**
     * Delete volumes, all or none
     * @description None when a copy session or a host uses one of them. Their data is lost. Needs the role operator.
     */
    delete: operations['deleteVolumes'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/volume/{volume_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a volume
     * @description Needs the role monitor.
     */
    get: operations['getVolume'];
    put?: never;
    post?: never;
    /**
     * Delete a volume
     * @description Not while a copy session or a host uses it. Its data is lost. Needs the role operator.
     */
    delete: operations['deleteVolume'];
    options?: never;
    head?: never;
    /**
     * Change a volume
     * @description Its capacity can only grow. A rename is refused while hosts are attached. Needs the role operator.
     */
    patch: operations['changeVolume'];
    trace?: never;
  };
  '/api/v1/volume/{volume_id}/release': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Open a held volume as it is
     * @description Its node lost power while hosts had writes acknowledged that were not durable: some may be missing. Check the data before, or bring its destination back, which releases the volume by itself when nothing is missing. Needs the role operator.
     */
    post: operations['releaseVolume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/volume/delete': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Delete volumes, for clients that drop the body of DELETE
     * @description As DELETE /api/v1/volume. Needs the role operator.
     */
    post: operations['deleteVolumesByPost'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/volume/{volume_id}/connection': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the hosts that are attached to a volume
     * @description Asked of its node now. A host may have several connections. While the node does not answer this is an error, not an empty list. Needs the role monitor.
     */
    get: operations['listHostConnections'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/volume/{volume_id}/connection/{connection_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Drop a host from a volume
     * @description Its connection is closed at once; requests under way are carried out, and not answered. The job has ended when it is answered. A host may connect again: to keep it out, change allowed_client_list first. Needs the role operator.
     */
    delete: operations['dropHostConnection'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/consistencygroup': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List consistency groups
     * @description Needs the role monitor.
     */
    get: operations['listConsistencyGroups'];
    put?: never;
    /**
     * Put volumes of one node into a consistency group
     * @description Writes to its volumes keep their order at every destination. Its copy sessions are made by another call. Needs the role operator.
     */
    post: operations['createConsistencyGroup'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/consistencygroup/{consistencygroup_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a consistency group
     * @description Needs the role monitor.
     */
    get: operations['getConsistencyGroup'];
    put?: never;
    post?: never;
    /**
     * Delete a consistency group
     * @description Only without copy sessions. Its volumes stay, each a group of its own again. Needs the role operator.
     */
    delete: operations['deleteConsistencyGroup'];
    options?: never;
    head?: never;
    /**
     * Rename a consistency group; add volumes to it, or take them away, live
     * @description At all nodes or at none. Success is that every node has taken the change; a volume that joins is copied then, is_joining until it is part of the order. What leaves keeps its data on both sides. Needs the role operator.
     */
    patch: operations['changeConsistencyGroup'];
    trace?: never;
  };
  '/api/v1/consistencygroup/{consistencygroup_id}/copysession': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Create the copy sessions of all volumes of a group to one node
     * @description Everything that is wrong is named in one refusal: its code is that of the first, details name all. Success is established, not copied. Needs the role operator.
     */
    post: operations['createConsistencyGroupSessions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/consistencygroup/{consistencygroup_id}/suspend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Suspend all copy sessions of a group
     * @description At one point in time: every destination then holds the volumes as they were together at one moment. Needs the role operator.
     */
    post: operations['suspendConsistencyGroup'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/consistencygroup/{consistencygroup_id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Resume the copy sessions of a group
     * @description Sends every region changed on either side since the suspend; writes to the destinations are overwritten. Needs the role operator.
     */
    post: operations['resumeConsistencyGroup'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/consistencygroup/{consistencygroup_id}/reverse': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Exchange source and destination of a suspended group
     * @description Moves no data; the next resume does. The group is then one of the volumes that were its destinations. Needs the role operator.
     */
    post: operations['reverseConsistencyGroup'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/event': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what happened
     * @description Each thing once, in the order in which it became known. The last 100000 are kept. Needs the role monitor.
     */
    get: operations['listEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/event/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Follow what happens
     * @description Server-Sent Events: each event once, in the order of the list, as `id:` and `data:` with the same fields as there; comments while nothing happens. A client that was cut off goes on where it was by sending the last id as Last-Event-ID, to whichever process serves it. The stream ends with the token that it was opened by. Needs the role monitor.
     */
    get: operations['streamEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/token': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List API tokens
     * @description Of all users; the tokens themselves are not kept. Needs the role admin.
     */
    get: operations['listTokens'];
    put?: never;
    /**
     * Make an API token
     * @description For machines, in place of a session. It is shown in this answer and never again. Needs the role admin.
     */
    post: operations['createToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/token/{token_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * End an API token
     * @description From now on it opens nothing. Needs the role admin.
     */
    delete: operations['deleteToken'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @enum {string} */
    InternalCode:
      | 'PARAMETER_INVALID'
      | 'PARAMETER_UNKNOWN'
      | 'BODY_MALFORMED'
      | 'BODY_TOO_LARGE'
      | 'MEDIA_TYPE_UNSUPPORTED'
      | 'RESOURCE_NOT_FOUND'
      | 'IDEMPOTENCY_KEY_REUSED'
      | 'RATE_LIMITED'
      | 'NOT_AUTHENTICATED'
      | 'CREDENTIALS_WRONG'
      | 'NOT_ALLOWED'
      | 'TOKEN_EXPIRED'
      | 'PASSWORD_WRONG'
      | 'USER_NOT_FOUND'
      | 'USER_NAME_IN_USE'
      | 'USER_LAST_ADMIN'
      | 'TOKEN_NOT_FOUND'
      | 'VOLUME_NOT_FOUND'
      | 'VOLUME_NAME_IN_USE'
      | 'VOLUME_IN_SESSION'
      | 'VOLUME_CONNECTED'
      | 'VOLUME_SIZE_DIFFERS'
      | 'VOLUME_IS_OWN_COPY'
      | 'VOLUME_ON_SAME_NODE'
      | 'VOLUME_COPY_PROTECTED'
      | 'VOLUME_ALREADY_DESTINATION'
      | 'VOLUME_IS_SOURCE'
      | 'VOLUME_SECOND_DESTINATION'
      | 'VOLUME_SHRINK_REFUSED'
      | 'VOLUME_BACKING_REFUSED'
      | 'VOLUME_BACKING_IN_USE'
      | 'VOLUME_CAPACITY_EXCEEDED'
      | 'VOLUME_LOST'
      | 'VOLUME_BUSY'
      | 'VOLUME_NOT_HELD'
      | 'VOLUME_IN_GROUP'
      | 'VOLUME_IN_GROUP_OF_SEVERAL'
      | 'VOLUME_ON_OTHER_NODE'
      | 'VOLUME_DESTINATIONS_MAX'
      | 'CONNECTION_NOT_FOUND'
      | 'SESSION_NOT_FOUND'
      | 'SESSION_NOT_ESTABLISHED'
      | 'SESSION_NOT_EQUIVALENT'
      | 'SESSION_ALREADY_SUSPENDED'
      | 'SESSION_ALREADY_ACTIVE'
      | 'SESSION_NOT_SUSPENDED'
      | 'SESSION_IN_ERROR'
      | 'SESSION_SOURCES_DIFFER'
      | 'SESSION_DESTINATION_INCONSISTENT'
      | 'SESSION_BUSY'
      | 'SESSION_WRITE_DELAYED'
      | 'SESSION_SPLIT_BRAIN'
      | 'SESSION_BOXID_DIFFERS'
      | 'SESSION_LOST'
      | 'SESSION_SUPERSEDED'
      | 'SESSION_STALLED'
      | 'SESSION_HALTED'
      | 'SESSION_SOURCE_HAS_OTHERS'
      | 'SESSION_NOT_ACTIVE'
      | 'GROUP_NOT_FOUND'
      | 'GROUP_NAME_IN_USE'
      | 'GROUP_HAS_SESSIONS'
      | 'GROUP_HAS_NO_SESSIONS'
      | 'GROUP_BUSY'
      | 'GROUP_LAST_VOLUME'
      | 'GROUP_CHANGE_MIXED'
      | 'NODE_NOT_FOUND'
      | 'NODE_UNREACHABLE'
      | 'NODE_TOKEN_REFUSED'
      | 'NODE_NAME_IN_USE'
      | 'NODE_ALREADY_REGISTERED'
      | 'NODE_HAS_VOLUMES'
      | 'NODE_VERSION_UNSUPPORTED'
      | 'NODE_IDENTITY_CHANGED'
      | 'NODE_MAINTENANCE'
      | 'NODE_STARTING'
      | 'NODE_BUSY'
      | 'NODE_ROLLED_BACK'
      | 'NODE_CLONED'
      | 'ACCESS_FENCED'
      | 'ACCESS_DESTINATION'
      | 'ACCESS_NO_DESTINATION'
      | 'ACCESS_WAITING'
      | 'CLIENT_NOT_ALLOWED'
      | 'REQUEST_OUT_OF_RANGE'
      | 'REQUEST_TOO_LARGE'
      | 'REQUEST_INVALID'
      | 'DEVICE_FAILED'
      | 'DEVICE_FULL'
      | 'SRL_TOO_SMALL'
      | 'SRL_CORRUPT'
      | 'FORMAT_UNSUPPORTED'
      | 'FORMAT_CORRUPT'
      | 'SHUTTING_DOWN'
      | 'ACCESS_HELD'
      | 'LOG_FAILED'
      | 'SRL_OVERFLOW'
      | 'ACCESS_LOG_SHARE'
      | 'ACCESS_LATENCY'
      | 'TLS_REQUIRED'
      | 'WRITE_OUT_OF_RANGE'
      | 'SETTINGS_INVALID'
      | 'DATA_DIRECTORY_LOCKED'
      | 'DATA_DIRECTORY_FOREIGN'
      | 'DATA_DIRECTORY_UNUSABLE'
      | 'PORT_IN_USE'
      | 'INTERNAL'
      | 'DATABASE_UNAVAILABLE'
      | 'JOB_NOT_FOUND'
      | 'JOB_LIMIT_REACHED'
      | 'JOB_RUNNING'
      | 'JOB_CANCELED'
      | 'OPERATION_TIMED_OUT'
      | 'CONTROLLER_OUTDATED'
      | 'DATABASE_RESTORED'
      | 'EVENT_STREAM_LIMIT_REACHED';
    ErrorDetail: {
      /**
       * @description The field at fault, with its path inside the body.
       * @example capacity
       */
      parameter?: string;
      /** @description Name of the error in docs/errors.md, stable. */
      internal_code: components['schemas']['InternalCode'];
      /**
       * @description In words: what happened, and in brackets what it is about.
       * @example Volume is not found (1)
       */
      message: string;
    };
    ErrorAnswer: {
      /**
       * @description Four digits, stable.
       * @example 3001
       */
      error_code: number;
      /**
       * @description Description, and in brackets what it is about.
       * @example Volume is not found (1)
       */
      message: string;
      /** @description Name of the error in docs/errors.md, stable. */
      internal_code: components['schemas']['InternalCode'];
      /** @description Everything that is wrong, when that is more than one thing. */
      details?: components['schemas']['ErrorDetail'][];
      /**
       * @description Finds the request in the logs.
       * @example 3f0c2a4e-6d0b-4f3e-8a53-0f6f8f1d2b77
       */
      request_id: string;
    };
    /**
     * @example {
     *       "username": "admin",
     *       "password": "correct horse battery staple"
     *     }
     */
    OpenSessionBody: {
      /**
       * @description Name of the user.
       * @example admin
       */
      username: string;
      /**
       * Format: password
       * @description Password of the user.
       * @example correct horse battery staple
       */
      password: string;
      /**
       * @description Asks for a refresh token as well.
       * @default false
       */
      refresh?: boolean;
    };
    SessionView: {
      /**
       * @description Send it as "Authorization: Bearer …".
       * @example kT3vV0m4n1Yt0d2b
       */
      token: string;
      /**
       * @description Seconds; not extended by use.
       * @example 1800
       */
      expires_in: number;
      /**
       * @description Works once, for 10 hours.
       * @example Qx7jR2w9cLz5eHs8
       */
      refresh_token?: string;
    };
    /**
     * @example {
     *       "refresh_token": "Qx7jR2w9cLz5eHs8"
     *     }
     */
    RefreshSessionBody: {
      /**
       * @description Works once.
       * @example Qx7jR2w9cLz5eHs8
       */
      refresh_token: string;
    };
    /**
     * @example {
     *       "current_password": "correct horse battery staple",
     *       "new_password": "wrong donkey charger pin"
     *     }
     */
    ChangeOwnPasswordBody: {
      /**
       * Format: password
       * @description The present password.
       * @example correct horse battery staple
       */
      current_password: string;
      /**
       * Format: password
       * @description The password from now on.
       * @example wrong donkey charger pin
       */
      new_password: string;
    };
    /** @enum {string} */
    Role: 'monitor' | 'operator' | 'admin';
    /**
     * @example {
     *       "name": "alice",
     *       "password": "correct horse battery staple",
     *       "role": "monitor"
     *     }
     */
    CreateUserBody: {
      /**
       * @description 1 to 64 of A-Z a-z 0-9 . _ @ -, the first a letter or digit; unique whatever their case.
       * @example alice
       */
      name: string;
      /**
       * Format: password
       * @description Password of the user.
       * @example correct horse battery staple
       */
      password: string;
      /** @description What a user or a token may do: admin everything; operator all but users, tokens and nodes; monitor reads. */
      role: components['schemas']['Role'];
      /**
       * @description Who is not enabled cannot log in.
       * @default true
       */
      is_enabled?: boolean;
    };
    UserView: {
      /**
       * @description Id of the user; never used again.
       * @example 1
       */
      user_id: number;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example alice
       */
      name: string;
      /** @description What a user or a token may do: admin everything; operator all but users, tokens and nodes; monitor reads. */
      role: components['schemas']['Role'];
      /** @description Who is not enabled cannot log in. */
      is_enabled: boolean;
      /**
       * Format: date-time
       * @description When it was made.
       * @example 2026-11-20T10:00:00.250Z
       */
      created_time: string;
      /**
       * Format: date-time
       * @description Nobody can log in with the name until then, after failed logins; null: it is not locked.
       * @example 2026-11-20T10:15:00.250Z
       */
      locked_until: string | null;
    };
    /**
     * @example {
     *       "role": "operator"
     *     }
     */
    ChangeUserBody: {
      /**
       * @description 1 to 64 of A-Z a-z 0-9 . _ @ -, the first a letter or digit; unique whatever their case.
       * @example db
       */
      name?: string;
      /**
       * Format: password
       * @description Ends the sessions and API tokens of the user.
       * @example correct horse battery staple
       */
      password?: string;
      /** @description Holds at once, also in open sessions. */
      role?: components['schemas']['Role'];
      /** @description False ends the sessions and API tokens of the user. */
      is_enabled?: boolean;
    };
    AuditView: {
      /**
       * @description Id of the entry; later entries have greater ones.
       * @example 1
       */
      audit_id: number;
      /**
       * Format: date-time
       * @description When it happened.
       * @example 2026-11-20T10:00:00.250Z
       */
      time: string;
      /**
       * @description Null for who is not known. A name given at a login is shown only when a user has it.
       * @example alice
       */
      user: string | null;
      /** @description Of the user, or of its API token, then. */
      role: components['schemas']['Role'] | null;
      /**
       * @description The API token that the user came by.
       * @example 1
       */
      token_id: number | null;
      /**
       * @description Address.
       * @example 10.0.0.7
       */
      client: string;
      /**
       * @description Of the call: POST, PATCH, PUT or DELETE.
       * @example POST
       */
      method: string;
      /**
       * @description Without the query.
       * @example /api/v1/copysession/1/suspend
       */
      path: string;
      /**
       * @description What it is about.
       * @example /api/v1/copysession/1
       */
      resource_href: string | null;
      /**
       * @description The job that it made; how that ended, the job says.
       * @example /api/v1/job/1
       */
      job_href: string | null;
      /**
       * @description Success, or the internal_code of the refusal; Unknown while the call is served, or when the process ended in its middle.
       * @example Success
       */
      result: string;
      /**
       * @description Finds the request in the logs.
       * @example 3f0c2a4e-6d0b-4f3e-8a53-0f6f8f1d2b77
       */
      request_id: string;
    };
    /** @enum {string} */
    JobStatus: 'Queued' | 'Running' | 'Success' | 'Error' | 'Partial_Error' | 'Canceled';
    FailedResourceView: {
      /**
       * @description What it is about.
       * @example /api/v1/volume/1
       */
      resource_href: string;
      /**
       * @description Four digits of docs/errors.md, stable.
       * @example 3001
       */
      error_code: number;
      /**
       * @description In words: what happened, and in brackets what it is about.
       * @example Volume is not found (1)
       */
      message: string;
    };
    JobOperationView: {
      /**
       * @description The step.
       * @example create volume db
       */
      operation: string;
      /**
       * @description How it ended.
       * @example Success
       */
      result: string;
      /**
       * Format: date-time
       * @description When it happened.
       * @example 2026-11-20T10:00:00.250Z
       */
      time: string;
    };
    JobErrorView: {
      /**
       * @description Four digits of docs/errors.md, stable.
       * @example 3001
       */
      error_code: number;
      /**
       * @description In words: what happened, and in brackets what it is about.
       * @example Volume is not found (1)
       */
      message: string;
      /** @description Name of the error in docs/errors.md, stable. */
      internal_code: components['schemas']['InternalCode'];
    };
    JobView: {
      /**
       * @description Id of the job.
       * @example 1
       */
      job_id: number;
      /**
       * @description Where to read the job.
       * @example /api/v1/job/1
       */
      job_href: string;
      /**
       * @description What is to be done, in words.
       * @example Create volume db
       */
      description: string;
      /** @description State, as of the last time that the node was heard. */
      status: components['schemas']['JobStatus'];
      /**
       * @description Name of the user who asked for it.
       * @example admin
       */
      requestor: string;
      /**
       * Format: date-time
       * @description When it was made.
       * @example 2026-11-20T10:00:00.250Z
       */
      created_time: string;
      /**
       * Format: date-time
       * @description When it changed last.
       * @example 2026-11-20T10:00:00.250Z
       */
      modified_time: string;
      /**
       * @description What it is about.
       * @example [
       *       "/api/v1/volume/1"
       *     ]
       */
      resource_href_list: string[];
      /**
       * @description Where to read the progress of what the job set going.
       * @example [
       *       "/api/v1/copysession/1"
       *     ]
       */
      progress_href_list: string[];
      /**
       * @description What the job made or changed.
       * @example [
       *       "/api/v1/volume/1"
       *     ]
       */
      succeeded_resource_href_list: string[];
      /** @description What could not be made or changed, and why. */
      failed_resource_info_list: components['schemas']['FailedResourceView'][];
      /** @description The steps so far, in their order. */
      operation_list: components['schemas']['JobOperationView'][];
      /** @description Why the job failed; null unless it did. */
      error: components['schemas']['JobErrorView'] | null;
    };
    JobAccepted: {
      /**
       * @description Id of the job.
       * @example 1
       */
      job_id: number;
      /**
       * @description Where to read the job.
       * @example /api/v1/job/1
       */
      job_href: string;
    };
    /**
     * @example {
     *       "name": "site-a",
     *       "address": "10.0.0.1:5700",
     *       "enrolment_token": "evenkeel-enrolment-token"
     *     }
     */
    CreateNodeBody: {
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example site-a
       */
      name: string;
      /**
       * @description host:port of its admin server.
       * @example 10.0.0.1:5700
       */
      address: string;
      /**
       * @description What the node printed at its first start.
       * @example evenkeel-enrolment-token
       */
      enrolment_token: string;
    };
    /** @enum {string} */
    NodeStatus: 'Online' | 'Offline' | 'Maintenance' | 'Error';
    NodeView: {
      /**
       * @description Id of the storage node.
       * @example 1
       */
      node_id: number;
      /**
       * @description Where to read the storage node.
       * @example /api/v1/node/1
       */
      node_href: string;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name: string;
      /**
       * @description 40 characters, padded with '#'.
       * @example 5D3F9A60C2B14E7C8F12A4B6C8D0E2F4########
       */
      boxid: string;
      /** @description State, as of the last time that the node was heard. */
      status: components['schemas']['NodeStatus'];
      /**
       * @description Registry name of what keeps the node from being used, when it cannot be.
       * @example NODE_ROLLED_BACK
       */
      status_reason: string | null;
      /**
       * @description Version of the software.
       * @example 0.1.0
       */
      version: string | null;
      /**
       * @description host:port; an IPv6 address stands in brackets.
       * @example 10.0.0.1:5700
       */
      address: string;
      /**
       * @description host:port where hosts attach; null until the node was reached once.
       * @example 10.0.0.1:10809
       */
      nbd_address: string | null;
      /**
       * @description host:port of each address that other nodes replicate with.
       * @example [
       *       "10.0.0.1:5701"
       *     ]
       */
      peer_address_list: string[];
      /**
       * @description MiB of its folder that logs occupy.
       * @example 3
       */
      srl_used: number | null;
      /**
       * @description Space that is taken by logs, bytes; null until known.
       * @example 3145728
       */
      srl_used_bytes: number | null;
      /**
       * @description Size, MiB.
       * @example 1024
       */
      capacity: number | null;
      /**
       * @description Size in bytes.
       * @example 1073741824
       */
      capacity_bytes: number | null;
      /**
       * @description Space that its data takes at the node, MiB; null until known.
       * @example 12
       */
      used_capacity: number | null;
      /**
       * @description Space that its data takes at the node, bytes; null until known.
       * @example 12582912
       */
      used_capacity_bytes: number | null;
      /**
       * @description Number of volumes.
       * @example 4
       */
      volume_count: number;
      /**
       * @description Volumes that it copies at once, as their source.
       * @example 20
       */
      copy_concurrency: number;
      /**
       * Format: date-time
       * @description When its node was last heard; null: never.
       * @example 2026-11-20T10:00:00.250Z
       */
      last_seen_time: string | null;
      /** @description The node was not heard of late: what is shown of it is what was last known. */
      is_stale: boolean;
    };
    /**
     * @example {
     *       "is_in_maintenance": true
     *     }
     */
    ChangeNodeBody: {
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name?: string;
      /**
       * @description host:port; an IPv6 address stands in brackets.
       * @example 10.0.0.1:5700
       */
      address?: string;
      /** @description In maintenance a node takes no new volumes and copy sessions; what it has goes on. */
      is_in_maintenance?: boolean;
      /**
       * @description Volumes that the node, as their source, copies at once, initial copies and resyncs alike; the others wait as Reserved, in the order in which they came. Holds at once, and with the control plane dead.
       * @example 20
       */
      copy_concurrency?: number;
    };
    StorageSystemView: {
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name: string;
      /**
       * @description Version of the software.
       * @example 0.1.0
       */
      version: string;
      /**
       * @description Worst state of anything in it.
       * @enum {string}
       */
      health: 'Normal' | 'Warning' | 'Error';
      /**
       * @description Storage nodes by status.
       * @example {
       *       "Online": 2
       *     }
       */
      node_count: {
        [key: string]: number;
      };
      /**
       * @description Volumes by status.
       * @example {
       *       "Normal": 4
       *     }
       */
      volume_count: {
        [key: string]: number;
      };
      /**
       * @description Copy sessions by status.
       * @example {
       *       "Active": 2
       *     }
       */
      copysession_count: {
        [key: string]: number;
      };
    };
    /**
     * @example {
     *       "node_id": 1
     *     }
     */
    NewDestinationBody: {
      /**
       * @description Id of the storage node.
       * @example 1
       */
      node_id: number;
      /**
       * @description The source's name when absent.
       * @example db
       */
      name?: string;
    };
    /** @enum {string} */
    TransferMode: 'Synchronous' | 'Consistency' | 'Stack';
    /**
     * @description Full sends everything. Skip sends nothing, and the session is Equivalent at once, on your word that the destination holds what the source holds, byte for byte. Nobody checks that: where they differ they stay different, unnoticed, until the block is written, and a takeover or a reversed session then serves the wrong data. No host may write to either volume from before the copy that made them equal until the job has ended. Volumes that join the group later are always copied.
     * @enum {string}
     */
    InitialCopy: 'Full' | 'Skip';
    /**
     * @description Whether host writes go on when the destination is lost, or fail. Of Synchronous sessions: asynchronous modes keep it for later, and refuse it here.
     * @enum {string}
     */
    SplitMode: 'Automatic' | 'Manual';
    /**
     * @description Whether a returning link starts the resync by itself.
     * @enum {string}
     */
    RecoveryMode: 'Automatic' | 'Manual';
    /**
     * @description What happens when the share of the log is used up. Autodcm: unsent regions are marked in the change map, and hosts never wait. Dcm: hosts wait while the destination is connected, else as Autodcm. Override: hosts wait while it is connected, else the session goes to Error SRL_OVERFLOW. Fail: hosts wait while it is connected, else their writes fail. Off: Error SRL_OVERFLOW.
     * @enum {string}
     */
    SrlProtection: 'Autodcm' | 'Dcm' | 'Override' | 'Fail' | 'Off';
    /**
     * @description Whether host writes wait while high_mark of them are on their way. With the destination lost, Override lets them go on and Fail fails them.
     * @enum {string}
     */
    LatencyPolicy: 'Off' | 'Override' | 'Fail';
    /** @example {} */
    LatencyProtectionBody: {
      /**
       * @description Whether host writes wait while high_mark of them are on their way. With the destination lost, Override lets them go on and Fail fails them.
       * @default Off
       */
      policy?: components['schemas']['LatencyPolicy'];
      /**
       * @description Writes on their way at which host writes begin to wait.
       * @default 10000
       */
      high_mark?: number;
      /**
       * @description Below high_mark: host writes go on once fewer than this are on their way.
       * @default 9950
       */
      low_mark?: number;
    };
    /** @enum {string} */
    Compression: 'None' | 'Lz4' | 'Zstd';
    /**
     * @example {
     *       "source_volume_id": 1,
     *       "transfer_mode": "Synchronous",
     *       "destination": {
     *         "node_id": 2
     *       }
     *     }
     */
    CreateSessionBody: {
      /**
       * @description Id of the volume that is copied.
       * @example 1
       */
      source_volume_id: number;
      /**
       * @description An existing volume of the same size on another node; or destination.
       * @example 2
       */
      destination_volume_id?: number;
      /** @description Has a volume of the same size made on this node. */
      destination?: components['schemas']['NewDestinationBody'];
      /**
       * @description Checked against the node of the source.
       * @example 5D3F9A60C2B14E7C8F12A4B6C8D0E2F4########
       */
      source_boxid?: string;
      /**
       * @description Checked against the node of the destination.
       * @example 5D3F9A60C2B14E7C8F12A4B6C8D0E2F4########
       */
      destination_boxid?: string;
      /** @description When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the volume here with its region marked (Stack). */
      transfer_mode: components['schemas']['TransferMode'];
      /**
       * @description Full sends everything. Skip sends nothing, and the session is Equivalent at once, on your word that the destination holds what the source holds, byte for byte. Nobody checks that: where they differ they stay different, unnoticed, until the block is written, and a takeover or a reversed session then serves the wrong data. No host may write to either volume from before the copy that made them equal until the job has ended. Volumes that join the group later are always copied.
       * @default Full
       */
      initial_copy?: components['schemas']['InitialCopy'];
      /**
       * @description Size of the log at each end, MiB.
       * @default 1024
       */
      srl_size_mb?: number;
      /**
       * @description Whether host writes go on when the destination is lost, or fail. Of Synchronous sessions: asynchronous modes keep it for later, and refuse it here.
       * @default Automatic
       */
      split_mode?: components['schemas']['SplitMode'];
      /**
       * @description Whether a returning link starts the resync by itself.
       * @default Automatic
       */
      recovery_mode?: components['schemas']['RecoveryMode'];
      /**
       * @description What happens when the share of the log is used up. Autodcm: unsent regions are marked in the change map, and hosts never wait. Dcm: hosts wait while the destination is connected, else as Autodcm. Override: hosts wait while it is connected, else the session goes to Error SRL_OVERFLOW. Fail: hosts wait while it is connected, else their writes fail. Off: Error SRL_OVERFLOW.
       * @default Autodcm
       */
      srl_protection?: components['schemas']['SrlProtection'];
      /**
       * @description Most of the log that may wait for this destination, MiB.
       * @default 512
       */
      srl_share_mb?: number;
      /**
       * @description Silence after which the other end counts as lost, seconds.
       * @default 10
       */
      heartbeat_timeout_seconds?: number;
      /**
       * @description 0 is never; else above the heartbeat timeout.
       * @default 30000
       */
      max_write_delay_ms?: number;
      /**
       * @description How long a starting source waits for its destination before it serves alone.
       * @default 30
       */
      startup_wait_seconds?: number;
      /** @description Host writes wait while too many of them are on their way. */
      latency_protection?: components['schemas']['LatencyProtectionBody'];
      /**
       * @description Payload sent at most, 10^6 bits a second; 0 is unlimited.
       * @default 0
       */
      bandwidth_limit_mbps?: number;
      /**
       * @description How payload is compressed on the link.
       * @default None
       */
      compression?: components['schemas']['Compression'];
      /**
       * @description A lag beyond this is a breach; 0 is no watch.
       * @default 0
       */
      rpo_seconds?: number;
    };
    /**
     * @example {
     *       "copysession_id_list": [
     *         1,
     *         2
     *       ]
     *     }
     */
    SuspendManyBody: {
      /**
       * @description Also when not Equivalent: the destination is then unusable until resumed. With the source unreachable the destination acts alone and opens its volume.
       * @default false
       */
      force?: boolean;
      /**
       * @description Of one source node.
       * @example [
       *       1,
       *       2
       *     ]
       */
      copysession_id_list: number[];
    };
    /** @enum {string} */
    SessionStatus: 'Reserved' | 'Active' | 'Suspend' | 'Halt' | 'Error';
    /** @enum {string} */
    SessionPhase: 'No_Pair' | 'Copying' | 'Equivalent';
    LagView: {
      /**
       * @description Writes that the destination does not hold durably; regions while logging_to is Dcm.
       * @example 1
       */
      writes: number;
      /**
       * @description Payload that the destination does not hold durably, bytes.
       * @example 4096
       */
      bytes: number;
      /**
       * Format: double
       * @description Age of the oldest of them; 0 when there is none.
       * @example 0.2
       */
      seconds: number;
      /** @description One of the nodes was not heard of late. */
      is_stale: boolean;
    };
    PathView: {
      /**
       * @description host:port of the destination.
       * @example 10.0.0.1:5700
       */
      address: string;
      /** @description The way works. */
      is_up: boolean;
      /** @description The connection goes this way now. */
      is_in_use: boolean;
    };
    LatencyProtectionView: {
      /** @description Whether latency protection is on, and what it does while the destination is lost. */
      policy: components['schemas']['LatencyPolicy'];
      /**
       * @description Writes on their way at which host writes begin to wait.
       * @example 10000
       */
      high_mark: number;
      /**
       * @description Writes on their way below which host writes go on.
       * @example 9950
       */
      low_mark: number;
    };
    CopySessionAnswer: {
      /**
       * @description Id of the copy session.
       * @example 1
       */
      copysession_id: number;
      /**
       * @description Where to read the copy session.
       * @example /api/v1/copysession/1
       */
      copysession_href: string;
      /**
       * @description Kind.
       * @enum {string}
       */
      type: 'REC';
      /** @description State, as of the last time that the node was heard. */
      status: components['schemas']['SessionStatus'];
      /** @description How far the copy is. */
      phase: components['schemas']['SessionPhase'];
      /**
       * @description Four digits of docs/errors.md, stable.
       * @example 3001
       */
      error_code: number | null;
      /**
       * @description What is wrong with the session, in words; null when nothing is.
       * @example Destination is too slow
       */
      error_message: string | null;
      /**
       * Format: date-time
       * @description When the error arose; null without one.
       * @example 2026-11-20T10:00:00.250Z
       */
      error_occurrence_time: string | null;
      /** @description When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the volume here with its region marked (Stack). */
      transfer_mode: components['schemas']['TransferMode'];
      /**
       * @description What acknowledges now; Through while a change passes.
       * @enum {string|null}
       */
      effective_mode: 'Synchronous' | 'Consistency' | 'Stack' | 'Through' | null;
      /** @description Whether host writes go on when the destination is lost, or fail. Of Synchronous sessions. */
      split_mode: components['schemas']['SplitMode'];
      /** @description Whether a returning link starts the resync by itself. */
      recovery_mode: components['schemas']['RecoveryMode'];
      /**
       * @description How much of the volume is copied.
       * @enum {string}
       */
      copy_range: 'Totally';
      /**
       * @description Id of the volume that is copied.
       * @example 1
       */
      source_volume_id: number;
      /**
       * @description Number of the source on its node.
       * @example 1
       */
      source_volume_number: number;
      /**
       * @description Where to read the source.
       * @example /api/v1/volume/1
       */
      source_volume_href: string;
      /**
       * @description Name of the source on its node.
       * @example db
       */
      source_volume_name: string;
      /**
       * @description Id of the storage node of the source.
       * @example 1
       */
      source_node_id: number;
      /**
       * @description boxid of the node of the source.
       * @example 5D3F9A60C2B14E7C8F12A4B6C8D0E2F4########
       */
      source_boxid: string;
      /**
       * @description Id of the volume that holds the copy.
       * @example 2
       */
      destination_volume_id: number;
      /**
       * @description Number of the destination on its node.
       * @example 1
       */
      destination_volume_number: number;
      /**
       * @description Where to read the destination.
       * @example /api/v1/volume/2
       */
      destination_volume_href: string;
      /**
       * @description Name of the destination on its node.
       * @example db
       */
      destination_volume_name: string;
      /**
       * @description Id of the storage node of the destination.
       * @example 2
       */
      destination_node_id: number;
      /**
       * @description boxid of the node of the destination.
       * @example 5D3F9A60C2B14E7C8F12A4B6C8D0E2F4########
       */
      destination_boxid: string;
      /**
       * @description Of the source volume; null when it is a group of its own.
       * @example 1
       */
      consistencygroup_id: number | null;
      /**
       * @description Seconds since it was made.
       * @example 3600
       */
      elapsed_time: number;
      /**
       * @description Size of the volume, MiB.
       * @example 1024
       */
      total_data_size: number;
      /**
       * @description Size of the volume, bytes.
       * @example 1073741824
       */
      total_data_size_bytes: number;
      /**
       * @description MiB that are not known to be equal.
       * @example 0
       */
      uncopied_data_size: number | null;
      /**
       * @description What is not known to be equal, bytes; null until known.
       * @example 0
       */
      uncopied_data_size_bytes: number | null;
      /**
       * Format: double
       * @description Of the copy, percent; null until known.
       * @example 100
       */
      progress: number | null;
      /**
       * @description Payload bytes since the session was made, resync and log together.
       * @example 1073741824
       */
      transferred_bytes: number | null;
      /**
       * Format: date-time
       * @description Time of the last suspend.
       * @example 2026-11-20T10:00:00.250Z
       */
      backup_time: string | null;
      /**
       * @description Of the last suspend together with others.
       * @enum {string|null}
       */
      concurrent_suspend_result: 'Success' | 'Error' | null;
      /**
       * Format: double
       * @description Seconds until a suspend that is under way ends, as far as known.
       * @example 0
       */
      remain_time_to_finish_suspend: number | null;
      /**
       * @description Name of the user who asked for it.
       * @example admin
       */
      requestor: string;
      /**
       * @description Bytes that one bit of the change map stands for.
       * @example 65536
       */
      resolution: number;
      /**
       * @description What the copy is: as the source, as the source was at some earlier moment, or neither.
       * @enum {string|null}
       */
      data_state: 'Up_To_Date' | 'Consistent' | 'Inconsistent' | null;
      /**
       * @description Where unsent writes are remembered: in the log (Srl) or as changed regions (Dcm).
       * @enum {string|null}
       */
      logging_to: 'Srl' | 'Dcm' | null;
      /** @description How far the destination is behind; null until known. */
      lag: components['schemas']['LagView'] | null;
      /**
       * @description A lag beyond this is a breach; 0 is no watch.
       * @example 60
       */
      rpo_seconds: number;
      /** @description The lag is greater than rpo_seconds. */
      is_rpo_breached: boolean | null;
      /**
       * @description Why host writes wait for this session just now.
       * @enum {string|null}
       */
      throttle: 'None' | 'Log_Share' | 'Latency' | null;
      /** @description The volume is copied beside its group, to join it. */
      is_joining: boolean | null;
      /** @description The addresses by which the destination can be reached. */
      path_list: components['schemas']['PathView'][];
      /**
       * @description Counts the changes of who may be written to; null until known.
       * @example 3
       */
      epoch: number | null;
      /**
       * Format: date-time
       * @description When one end last heard the other.
       * @example 2026-11-20T10:00:00.250Z
       */
      last_heard_time: string | null;
      /** @description What happens when the share of the log is used up. */
      srl_protection: components['schemas']['SrlProtection'];
      /**
       * @description Most of the log that may wait for the destination, MiB.
       * @example 512
       */
      srl_share_mb: number;
      /**
       * @description Size of the log at each end, MiB.
       * @example 1024
       */
      srl_size_mb: number;
      /**
       * @description Silence after which the other end counts as lost, seconds.
       * @example 10
       */
      heartbeat_timeout_seconds: number;
      /**
       * @description A Synchronous write that waits longer ends the session in Error, milliseconds; 0 is never.
       * @example 30000
       */
      max_write_delay_ms: number;
      /**
       * @description How long a starting source waits for its destination before it serves alone, seconds.
       * @example 30
       */
      startup_wait_seconds: number;
      /** @description Host writes wait while too many of them are on their way. */
      latency_protection: components['schemas']['LatencyProtectionView'];
      /**
       * @description 10^6 bits a second; 0 is unlimited.
       * @example 0
       */
      bandwidth_limit_mbps: number;
      /** @description How payload is compressed on the link. */
      compression: components['schemas']['Compression'];
      /** @description What is sent at first: everything, or with Skip nothing. */
      initial_copy: components['schemas']['InitialCopy'];
      /**
       * Format: date-time
       * @description When the node whose view this is was last seen.
       * @example 2026-11-20T10:00:00.250Z
       */
      last_seen_time: string | null;
      /** @description That node was not heard of late: the state is what was last known. */
      is_stale: boolean;
    };
    SessionStatisticsView: {
      /**
       * @description Id of the copy session.
       * @example 1
       */
      copysession_id: number;
      /**
       * @description The end that counted.
       * @enum {string|null}
       */
      end: 'source' | 'destination' | null;
      /**
       * @description Messages sent on the link.
       * @example 1200
       */
      messages_sent: number;
      /**
       * @description Messages received on the link.
       * @example 1150
       */
      messages_received: number;
      /**
       * Format: double
       * @description Round-trip time of the link, milliseconds.
       * @example 0.4
       */
      round_trip_ms: number;
      /**
       * @description Times that the other end was not heard for the heartbeat timeout.
       * @example 0
       */
      timeouts: number;
      /**
       * @description Times that something was missing between two messages, and asked for again, at both ends.
       * @example 0
       */
      gaps: number;
      /**
       * @description Messages that arrived damaged, at both ends.
       * @example 0
       */
      checksum_errors: number;
      /**
       * @description Times that the connection was made anew.
       * @example 0
       */
      reconnects: number;
      /**
       * @description Times that the copy got nowhere for a minute though connected.
       * @example 0
       */
      stalls: number;
      /**
       * @description Log records and regions sent.
       * @example 900
       */
      blocks_sent: number;
      /**
       * @description Log records and regions that had to be sent again.
       * @example 0
       */
      retries: number;
      /**
       * @description Payload before compression.
       * @example 1073741824
       */
      payload_bytes: number;
      /**
       * @description What went over the link for it.
       * @example 536870912
       */
      wire_bytes: number;
      /**
       * Format: double
       * @description payload_bytes to wire_bytes.
       * @example 2
       */
      compression_ratio: number | null;
      /**
       * @description Times that the share of the log was used up.
       * @example 0
       */
      overflows: number;
      /**
       * @description Times that host writes had to wait for this session.
       * @example 0
       */
      throttles: number;
      /**
       * @description For how long in all, milliseconds.
       * @example 0
       */
      throttled_ms: number;
      /**
       * @description Payload bytes since the session was made, resync and log together.
       * @example 1073741824
       */
      transferred_bytes: number;
      /**
       * @description Payload bytes that were sent as regions, not as log.
       * @example 1073741824
       */
      resync_bytes: number;
      /**
       * Format: double
       * @description With ?interval=: the seconds that the differences are over; null while there are none yet.
       * @example 60
       */
      interval_seconds?: number | null;
      /**
       * Format: date-time
       * @description When its node was last heard; null: never.
       * @example 2026-11-20T10:00:00.250Z
       */
      last_seen_time: string | null;
      /** @description The node was not heard of late: what is shown is what was last known. */
      is_stale: boolean;
    };
    /**
     * @example {
     *       "transfer_mode": "Consistency"
     *     }
     */
    ChangeSessionBody: {
      /** @description When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the volume here with its region marked (Stack). */
      transfer_mode?: components['schemas']['TransferMode'];
      /**
       * @description Whether host writes go on when the destination is lost, or fail. Of Synchronous sessions: asynchronous modes keep it for later, and refuse it here.
       * @default Automatic
       */
      split_mode?: components['schemas']['SplitMode'];
      /**
       * @description Whether a returning link starts the resync by itself.
       * @default Automatic
       */
      recovery_mode?: components['schemas']['RecoveryMode'];
      /**
       * @description What happens when the share of the log is used up. Autodcm: unsent regions are marked in the change map, and hosts never wait. Dcm: hosts wait while the destination is connected, else as Autodcm. Override: hosts wait while it is connected, else the session goes to Error SRL_OVERFLOW. Fail: hosts wait while it is connected, else their writes fail. Off: Error SRL_OVERFLOW.
       * @default Autodcm
       */
      srl_protection?: components['schemas']['SrlProtection'];
      /**
       * @description Most of the log that may wait for this destination, MiB.
       * @default 512
       */
      srl_share_mb?: number;
      /**
       * @description Silence after which the other end counts as lost, seconds.
       * @default 10
       */
      heartbeat_timeout_seconds?: number;
      /**
       * @description 0 is never; else above the heartbeat timeout.
       * @default 30000
       */
      max_write_delay_ms?: number;
      /**
       * @description How long a starting source waits for its destination before it serves alone.
       * @default 30
       */
      startup_wait_seconds?: number;
      /** @description Host writes wait while too many of them are on their way. */
      latency_protection?: components['schemas']['LatencyProtectionBody'];
      /**
       * @description Payload sent at most, 10^6 bits a second; 0 is unlimited.
       * @default 0
       */
      bandwidth_limit_mbps?: number;
      /**
       * @description How payload is compressed on the link.
       * @default None
       */
      compression?: components['schemas']['Compression'];
      /**
       * @description A lag beyond this is a breach; 0 is no watch.
       * @default 0
       */
      rpo_seconds?: number;
    };
    /** @example {} */
    SuspendBody: {
      /**
       * @description Also when not Equivalent: the destination is then unusable until resumed. With the source unreachable the destination acts alone and opens its volume.
       * @default false
       */
      force?: boolean;
    };
    /** @example {} */
    EmptyBody: Record<string, never>;
    /** @example {} */
    ReverseBody: {
      /**
       * @description The volume that shall be the source: already so is success.
       * @example 1
       */
      source_volume_id?: number;
    };
    BackupVolumeView: {
      /**
       * @description Id of the volume; never used again.
       * @example 1
       */
      volume_id: number;
      /**
       * @description Where to read the volume.
       * @example /api/v1/volume/1
       */
      volume_href: string;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name: string;
      /**
       * @description Id of the storage node.
       * @example 1
       */
      node_id: number;
      /**
       * @description Id of the copy session.
       * @example 1
       */
      copysession_id: number;
      /**
       * @description Where to read the copy session.
       * @example /api/v1/copysession/1
       */
      copysession_href: string;
      /**
       * @description Kind.
       * @enum {string}
       */
      type: 'REC';
      /** @description State, as of the last time that the node was heard. */
      status: components['schemas']['SessionStatus'];
      /** @description How far the copy is. */
      phase: components['schemas']['SessionPhase'];
      /** @description When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the volume here with its region marked (Stack). */
      transfer_mode: components['schemas']['TransferMode'];
    };
    VolumeCopySessionView: {
      /**
       * @description Id of the volume; never used again.
       * @example 1
       */
      volume_id: number;
      /**
       * @description Counts the volumes of a node.
       * @example 1
       */
      volume_number: number;
      /**
       * @description Where to read the volume.
       * @example /api/v1/volume/1
       */
      volume_href: string;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name: string;
      /**
       * @description Id of the storage node.
       * @example 1
       */
      node_id: number;
      /** @description A copy session copies it. */
      is_copy_source_volume: boolean;
      /** @description It holds the copy of a copy session. */
      is_copy_destination_volume: boolean;
      /** @description The destinations of its copy sessions. */
      backup_volume_list: components['schemas']['BackupVolumeView'][];
    };
    /**
     * @example {
     *       "type": "File"
     *     }
     */
    BackingBody: {
      /**
       * @description Kind.
       * @enum {string}
       */
      type: 'File' | 'Block';
      /**
       * @description Below a folder that the node's own configuration lists; absent: a sparse file in the node's folder.
       * @example /dev/vg0/db
       */
      path?: string;
    };
    /**
     * @example {
     *       "name": "db",
     *       "node_id": 1,
     *       "capacity": 1024
     *     }
     */
    CreateVolumeBody: {
      /**
       * @description Size, MiB.
       * @example 1024
       */
      capacity?: number;
      /**
       * @description A multiple of 512, instead of capacity.
       * @example 1073741824
       */
      capacity_bytes?: number;
      /**
       * @description Writethrough makes every acknowledgement durable.
       * @default Writeback
       * @enum {string}
       */
      write_cache?: 'Writeback' | 'Writethrough';
      /**
       * @description Addresses and CIDR blocks that may attach.
       * @default [
       *       "127.0.0.0/8",
       *       "::1/128"
       *     ]
       */
      allowed_client_list?: string[];
      /**
       * @description Refuses to become the destination of a copy session.
       * @default false
       */
      is_copy_protection_enabled?: boolean;
      /**
       * @description Unique on its node; with count, numbers are appended.
       * @example db
       */
      name: string;
      /**
       * @description Id of the storage node.
       * @example 1
       */
      node_id: number;
      /**
       * @description How many to make; of several, each name gets a number appended.
       * @default 1
       */
      count?: number;
      /** @description What holds the data at the node. */
      backing?: components['schemas']['BackingBody'];
      /**
       * @description Takes a device although it carries a known signature; its contents are lost.
       * @default false
       */
      overwrite?: boolean;
    };
    /** @enum {string} */
    VolumeStatus: 'Normal' | 'Warning' | 'Error' | 'Maintenance';
    /** @enum {string} */
    VolumeAccess: 'Read_Write' | 'Read_Only' | 'None' | 'Held';
    /** @enum {string} */
    WriteCache: 'Writeback' | 'Writethrough';
    BackingView: {
      /**
       * @description Kind.
       * @enum {string}
       */
      type: 'File' | 'Block';
      /**
       * @description Path at the node; null: a sparse file in the node's own folder.
       * @example /dev/vg0/db
       */
      path: string | null;
    };
    VolumeView: {
      /**
       * @description Never used again.
       * @example 1
       */
      volume_id: number;
      /**
       * @description Counts the volumes of a node.
       * @example 1
       */
      volume_number: number;
      /**
       * @description Where to read the volume.
       * @example /api/v1/volume/1
       */
      volume_href: string;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name: string;
      /**
       * @description Id of the storage node.
       * @example 1
       */
      node_id: number;
      /**
       * @description Identity of the storage node for life: 40 characters, padded with '#'.
       * @example 5D3F9A60C2B14E7C8F12A4B6C8D0E2F4########
       */
      boxid: string;
      /** @description State, as of the last time that the node was heard. */
      status: components['schemas']['VolumeStatus'];
      /**
       * @description More about the status, in words; empty when there is nothing to say.
       * @example
       */
      detail_status: string;
      /**
       * @description Kind.
       * @enum {string}
       */
      type: 'Standard';
      /**
       * @description Size, MiB.
       * @example 1024
       */
      capacity: number;
      /**
       * @description Size in bytes.
       * @example 1073741824
       */
      capacity_bytes: number;
      /**
       * @description Space that its data takes at the node, MiB; null until known.
       * @example 12
       */
      used_capacity: number | null;
      /**
       * @description Space that its data takes at the node, bytes; null until known.
       * @example 12582912
       */
      used_capacity_bytes: number | null;
      /**
       * @description What the volume is used as.
       * @enum {string}
       */
      usage: 'Block';
      /**
       * @description What the node knows it by; never used again.
       * @example 0b7e6c1e-3c52-4f0e-9a57-2f6f4f1f8a11
       */
      uid: string;
      /**
       * @description What a host attaches; null until the node was reached once.
       * @example nbd://10.0.0.1:10809/data
       */
      nbd_uri: string | null;
      /** @description What hosts may do with the volume. Held: it waits to be released after a loss of power. */
      access: components['schemas']['VolumeAccess'];
      /**
       * @description Name of the reason in docs/errors.md, unless hosts may read and write.
       * @example ACCESS_DESTINATION
       */
      access_reason: string | null;
      /** @description Whether an acknowledged write may still be in memory until a flush; Writethrough makes each durable. */
      write_cache: components['schemas']['WriteCache'];
      /** @description What holds the data at the node. */
      backing: components['schemas']['BackingView'];
      /**
       * @description Addresses and CIDR blocks of hosts that may attach.
       * @example [
       *       "127.0.0.0/8",
       *       "10.1.0.0/16"
       *     ]
       */
      allowed_client_list: string[];
      /** @description It refuses to become the destination of a copy session. */
      is_copy_protection_enabled: boolean;
      /** @description A copy session copies it. */
      is_copy_source_volume: boolean;
      /** @description It holds the copy of a copy session. */
      is_copy_destination_volume: boolean;
      /**
       * @description Null: it is a group of its own.
       * @example 1
       */
      consistencygroup_id: number | null;
      /**
       * Format: date-time
       * @description When it was made.
       * @example 2026-11-20T10:00:00.250Z
       */
      created_time: string;
      /**
       * Format: date-time
       * @description When its node was last seen.
       * @example 2026-11-20T10:00:00.250Z
       */
      last_seen_time: string | null;
      /** @description The node was not heard of late: what is shown is what was last known. */
      is_stale: boolean;
    };
    /**
     * @example {
     *       "capacity": 2048
     *     }
     */
    ChangeVolumeBody: {
      /**
       * @description Size, MiB.
       * @example 1024
       */
      capacity?: number;
      /**
       * @description A multiple of 512, instead of capacity.
       * @example 1073741824
       */
      capacity_bytes?: number;
      /**
       * @description Writethrough makes every acknowledgement durable.
       * @default Writeback
       * @enum {string}
       */
      write_cache?: 'Writeback' | 'Writethrough';
      /**
       * @description Addresses and CIDR blocks that may attach.
       * @default [
       *       "127.0.0.0/8",
       *       "::1/128"
       *     ]
       */
      allowed_client_list?: string[];
      /**
       * @description Refuses to become the destination of a copy session.
       * @default false
       */
      is_copy_protection_enabled?: boolean;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name?: string;
    };
    /**
     * @example {
     *       "volume_id_list": [
     *         1,
     *         2
     *       ]
     *     }
     */
    DeleteVolumesBody: {
      /**
       * @description Ids of the volumes.
       * @example [
       *       1,
       *       2
       *     ]
       */
      volume_id_list: number[];
    };
    HostConnectionView: {
      /**
       * Format: int64
       * @description Never used again by its node: billions count the starts of the node, the rest its connections.
       * @example 7000000012
       */
      connection_id: number;
      /**
       * @description The host's address and port; IPv6 in brackets.
       * @example 10.0.0.7:51234
       */
      client: string;
      /**
       * Format: date-time
       * @description When it attached.
       * @example 2026-11-20T10:00:00.000Z
       */
      since: string;
      /**
       * @description Whether it came over TLS.
       * @example true
       */
      tls: boolean;
      /**
       * Format: int64
       * @description Requests of any kind since it attached.
       * @example 4711
       */
      requests: number;
      /**
       * Format: int64
       * @description Data that it read and wrote since it attached, in bytes.
       * @example 19298304
       */
      bytes: number;
    };
    /**
     * @example {
     *       "name": "db",
     *       "node_id": 1,
     *       "volume_id_list": [
     *         1,
     *         2
     *       ]
     *     }
     */
    CreateGroupBody: {
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name: string;
      /**
       * @description Id of the storage node.
       * @example 1
       */
      node_id: number;
      /**
       * @description Volumes of that node, without copy sessions, in no other group.
       * @example [
       *       1,
       *       2
       *     ]
       */
      volume_id_list: number[];
      /**
       * @description Size of the log at each end, MiB.
       * @default 1024
       */
      srl_size_mb?: number;
    };
    GroupStreamView: {
      /**
       * @description Id of the storage node of the destination.
       * @example 2
       */
      destination_node_id: number;
      /** @description Of its worst session. */
      status: components['schemas']['SessionStatus'];
      /** @description Of its session that is least far. */
      phase: components['schemas']['SessionPhase'];
      /** @description When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the volume here with its region marked (Stack). */
      transfer_mode: components['schemas']['TransferMode'];
      /**
       * @description What acknowledges host writes now; Through while a change of mode passes.
       * @enum {string|null}
       */
      effective_mode: 'Synchronous' | 'Consistency' | 'Stack' | 'Through' | null;
      /**
       * @description What the copy is: as the source, as the source was at some earlier moment, or neither.
       * @enum {string|null}
       */
      data_state: 'Up_To_Date' | 'Consistent' | 'Inconsistent' | null;
      /**
       * @description Where unsent writes are remembered: in the log (Srl) or as changed regions (Dcm).
       * @enum {string|null}
       */
      logging_to: 'Srl' | 'Dcm' | null;
      /** @description How far the destination is behind; null until known. */
      lag: components['schemas']['LagView'] | null;
      /**
       * @description A lag beyond so many seconds is a breach; 0 is no watch.
       * @example 60
       */
      rpo_seconds: number;
      /** @description The lag is greater than rpo_seconds. */
      is_rpo_breached: boolean | null;
      /**
       * @description Ids of the copy sessions.
       * @example [
       *       1,
       *       2
       *     ]
       */
      copysession_id_list: number[];
    };
    ConsistencyGroupView: {
      /**
       * @description Id of the consistency group.
       * @example 1
       */
      consistencygroup_id: number;
      /**
       * @description Where to read the consistency group.
       * @example /api/v1/consistencygroup/1
       */
      consistencygroup_href: string;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name: string;
      /**
       * @description Where its volumes are.
       * @example 1
       */
      node_id: number;
      /**
       * @description Ids of the volumes.
       * @example [
       *       1,
       *       2
       *     ]
       */
      volume_id_list: number[];
      /**
       * @description Size of its log at each end, MiB.
       * @example 1024
       */
      srl_size_mb: number;
      /**
       * @description MiB of the log that some destination still needs.
       * @example 3
       */
      srl_used: number | null;
      /**
       * @description Space that is taken by logs, bytes; null until known.
       * @example 3145728
       */
      srl_used_bytes: number | null;
      /** @description Its replication, one entry for each destination node. */
      stream_list: components['schemas']['GroupStreamView'][];
      /**
       * @description Counts the changes of who may be written to; null until known.
       * @example 3
       */
      epoch: number | null;
    };
    /**
     * @example {
     *       "source_volume_id": 1,
     *       "destination_volume_id": 2
     *     }
     */
    DestinationVolumeBody: {
      /**
       * @description Id of the volume that is copied.
       * @example 1
       */
      source_volume_id: number;
      /**
       * @description Id of the volume that holds the copy.
       * @example 2
       */
      destination_volume_id: number;
    };
    /**
     * @example {
     *       "volume_id_list": [
     *         1,
     *         2,
     *         3
     *       ]
     *     }
     */
    ChangeGroupBody: {
      /** @description Existing volumes of the same sizes; for the others, volumes of the same names and sizes are made. */
      destination_volume_list?: components['schemas']['DestinationVolumeBody'][];
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example db
       */
      name?: string;
      /**
       * @description The whole new list. With copy sessions, volumes are either added, which are copied to every destination, or taken away.
       * @example [
       *       1,
       *       2
       *     ]
       */
      volume_id_list?: number[];
    };
    /**
     * @example {
     *       "destination_node_id": 2,
     *       "transfer_mode": "Synchronous"
     *     }
     */
    CreateGroupSessionsBody: {
      /** @description Existing volumes of the same sizes; for the others, volumes of the same names and sizes are made. */
      destination_volume_list?: components['schemas']['DestinationVolumeBody'][];
      /**
       * @description Id of the storage node of the destination.
       * @example 2
       */
      destination_node_id: number;
      /** @description When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the volume here with its region marked (Stack). */
      transfer_mode: components['schemas']['TransferMode'];
      /**
       * @description Full sends everything. Skip sends nothing, and the session is Equivalent at once, on your word that the destination holds what the source holds, byte for byte. Nobody checks that: where they differ they stay different, unnoticed, until the block is written, and a takeover or a reversed session then serves the wrong data. No host may write to either volume from before the copy that made them equal until the job has ended. Volumes that join the group later are always copied.
       * @default Full
       */
      initial_copy?: components['schemas']['InitialCopy'];
      /**
       * @description Whether host writes go on when the destination is lost, or fail. Of Synchronous sessions: asynchronous modes keep it for later, and refuse it here.
       * @default Automatic
       */
      split_mode?: components['schemas']['SplitMode'];
      /**
       * @description Whether a returning link starts the resync by itself.
       * @default Automatic
       */
      recovery_mode?: components['schemas']['RecoveryMode'];
      /**
       * @description What happens when the share of the log is used up. Autodcm: unsent regions are marked in the change map, and hosts never wait. Dcm: hosts wait while the destination is connected, else as Autodcm. Override: hosts wait while it is connected, else the session goes to Error SRL_OVERFLOW. Fail: hosts wait while it is connected, else their writes fail. Off: Error SRL_OVERFLOW.
       * @default Autodcm
       */
      srl_protection?: components['schemas']['SrlProtection'];
      /**
       * @description Most of the log that may wait for this destination, MiB.
       * @default 512
       */
      srl_share_mb?: number;
      /**
       * @description Silence after which the other end counts as lost, seconds.
       * @default 10
       */
      heartbeat_timeout_seconds?: number;
      /**
       * @description 0 is never; else above the heartbeat timeout.
       * @default 30000
       */
      max_write_delay_ms?: number;
      /**
       * @description How long a starting source waits for its destination before it serves alone.
       * @default 30
       */
      startup_wait_seconds?: number;
      /** @description Host writes wait while too many of them are on their way. */
      latency_protection?: components['schemas']['LatencyProtectionBody'];
      /**
       * @description Payload sent at most, 10^6 bits a second; 0 is unlimited.
       * @default 0
       */
      bandwidth_limit_mbps?: number;
      /**
       * @description How payload is compressed on the link.
       * @default None
       */
      compression?: components['schemas']['Compression'];
      /**
       * @description A lag beyond this is a breach; 0 is no watch.
       * @default 0
       */
      rpo_seconds?: number;
    };
    /** @example {} */
    ReverseGroupBody: {
      /**
       * @description The node that shall be the source: already so is success.
       * @example 1
       */
      source_node_id?: number;
    };
    /** @enum {string} */
    EventSeverity: 'Information' | 'Warning' | 'Error';
    /** @enum {string} */
    EventType:
      | 'Link_Lost'
      | 'Link_Restored'
      | 'Path_Lost'
      | 'Path_Restored'
      | 'Resync_Started'
      | 'Resync_Paused'
      | 'Resync_Finished'
      | 'Log_Overflow'
      | 'Log_Returned'
      | 'Log_Failed'
      | 'Log_Repaired'
      | 'Throttle_On'
      | 'Throttle_Off'
      | 'Rpo_Breached'
      | 'Rpo_Met'
      | 'Mode_Changed'
      | 'Role_Changed'
      | 'Copy_Stalled'
      | 'Session_Failed'
      | 'Session_Recovered'
      | 'Split_Brain'
      | 'Volume_Failed'
      | 'Volume_Recovered'
      | 'Volume_Held'
      | 'Volume_Released'
      | 'Volume_Joined'
      | 'Volume_Left'
      | 'Node_Offline'
      | 'Node_Online'
      | 'Login_Locked';
    EventDetailsView: {
      /**
       * @description All that it is about, e.g. every session of a group.
       * @example [
       *       "/api/v1/volume/1"
       *     ]
       */
      resource_href_list: string[];
    };
    EventView: {
      /**
       * @description Id of the event; later events have greater ones.
       * @example 1
       */
      event_id: number;
      /**
       * Format: date-time
       * @description When it happened.
       * @example 2026-11-20T10:00:00.250Z
       */
      time: string;
      /** @description How bad it is. */
      severity: components['schemas']['EventSeverity'];
      /** @description Kind. */
      type: components['schemas']['EventType'];
      /**
       * @description What it is about.
       * @example /api/v1/copysession/1
       */
      resource_href: string;
      /**
       * @description In words: what happened, and in brackets what it is about.
       * @example Volume is not found (1)
       */
      message: string;
      /** @description More about it. */
      details: components['schemas']['EventDetailsView'];
    };
    /**
     * @example {
     *       "name": "backup on db-7",
     *       "role": "monitor"
     *     }
     */
    CreateTokenBody: {
      /**
       * @description Says what it is for; need not be unique.
       * @example backup on db-7
       */
      name: string;
      /** @description What a user or a token may do: admin everything; operator all but users, tokens and nodes; monitor reads. */
      role: components['schemas']['Role'];
      /**
       * Format: date-time
       * @description In the future; absent: it does not expire.
       * @example 2027-11-20T10:00:00.000Z
       */
      expires_at?: string;
    };
    NewTokenView: {
      /**
       * @description Id of the API token; never used again.
       * @example 1
       */
      token_id: number;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example backup on db-7
       */
      name: string;
      /** @description What it may do now: as it was given, at most what its user may. */
      role: components['schemas']['Role'];
      /**
       * @description Who made it; it ends with that user.
       * @example 1
       */
      user_id: number;
      /**
       * Format: date-time
       * @description When it was made.
       * @example 2026-11-20T10:00:00.250Z
       */
      created_time: string;
      /**
       * Format: date-time
       * @description To the minute.
       * @example 2026-11-20T10:00:00.250Z
       */
      last_used_time: string | null;
      /**
       * Format: date-time
       * @description Null: it does not expire.
       * @example 2027-11-20T10:00:00.000Z
       */
      expires_at: string | null;
      /**
       * @description Send it as "Authorization: Bearer …". It is shown this once.
       * @example ek_…
       */
      token: string;
    };
    TokenView: {
      /**
       * @description Id of the API token; never used again.
       * @example 1
       */
      token_id: number;
      /**
       * @description 1 to 32 printable ASCII characters.
       * @example backup on db-7
       */
      name: string;
      /** @description What it may do now: as it was given, at most what its user may. */
      role: components['schemas']['Role'];
      /**
       * @description Who made it; it ends with that user.
       * @example 1
       */
      user_id: number;
      /**
       * Format: date-time
       * @description When it was made.
       * @example 2026-11-20T10:00:00.250Z
       */
      created_time: string;
      /**
       * Format: date-time
       * @description To the minute.
       * @example 2026-11-20T10:00:00.250Z
       */
      last_used_time: string | null;
      /**
       * Format: date-time
       * @description Null: it does not expire.
       * @example 2027-11-20T10:00:00.000Z
       */
      expires_at: string | null;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  openSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['OpenSessionBody'];
      };
    };
    responses: {
      /** @description Log in */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2002 CREDENTIALS_WRONG: User name or password is wrong */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'CREDENTIALS_WRONG';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  closeSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Log out */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  refreshSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RefreshSessionBody'];
      };
    };
    responses: {
      /** @description Open the next session with a refresh token */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  changeOwnPassword: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ChangeOwnPasswordBody'];
      };
    };
    responses: {
      /** @description Change the own password */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2005 PASSWORD_WRONG: Present password is wrong; 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PASSWORD_WRONG' | 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listUsers: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. 1 to 32 printable ASCII characters. */
        name?: string[];
        /** @description One or more, repeated. What a user or a token may do: admin everything; operator all but users, tokens and nodes; monitor reads. */
        role?: ('monitor' | 'operator' | 'admin')[];
        /** @description One or more, repeated. Who is not enabled cannot log in. */
        is_enabled?: ('true' | 'false')[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List users */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            user_list: components['schemas']['UserView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  createUser: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateUserBody'];
      };
    };
    responses: {
      /** @description Make a user */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 2102 USER_NAME_IN_USE: User name is in use */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'USER_NAME_IN_USE';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the user; never used again.
         * @example 1
         */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show a user */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 2101 USER_NOT_FOUND: User is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'USER_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the user; never used again.
         * @example 1
         */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Delete a user */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 2101 USER_NOT_FOUND: User is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'USER_NOT_FOUND';
          };
        };
      };
      /** @description 2103 USER_LAST_ADMIN: No enabled user with the role admin would be left */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'USER_LAST_ADMIN';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  changeUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the user; never used again.
         * @example 1
         */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ChangeUserBody'];
      };
    };
    responses: {
      /** @description Change a user */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2005 PASSWORD_WRONG: Present password is wrong; 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PASSWORD_WRONG' | 'NOT_ALLOWED';
          };
        };
      };
      /** @description 2101 USER_NOT_FOUND: User is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'USER_NOT_FOUND';
          };
        };
      };
      /** @description 2102 USER_NAME_IN_USE: User name is in use; 2103 USER_LAST_ADMIN: No enabled user with the role admin would be left */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'USER_NAME_IN_USE' | 'USER_LAST_ADMIN';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  unlockUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the user; never used again.
         * @example 1
         */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Unlock a user */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 2101 USER_NOT_FOUND: User is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'USER_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listAuditEntries: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description As last_get_id. */
        after?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. */
        user?: string[];
        /** @description One or more, repeated. */
        method?: ('POST' | 'PATCH' | 'PUT' | 'DELETE')[];
        /** @description A href: calls about this resource. */
        resource?: string[];
        /** @description Success, Unknown, or the internal_code of a refusal. */
        result?: string[];
        /** @description Calls later than this. */
        after_time?: string;
        /** @description Calls earlier than this. */
        before_time?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List who changed what, or tried to */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            audit_list: components['schemas']['AuditView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listJobs: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. State, as of the last time that the node was heard. */
        status?: ('Queued' | 'Running' | 'Success' | 'Error' | 'Partial_Error' | 'Canceled')[];
        /** @description One or more, repeated. Name of the user who asked for it. */
        requestor?: string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List jobs */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            job_list: components['schemas']['JobView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the job.
         * @example 1
         */
        job_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show a job */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 9003 JOB_NOT_FOUND: Job is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the job.
         * @example 1
         */
        job_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Remove a finished job, or cancel a queued one */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 9003 JOB_NOT_FOUND: Job is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_NOT_FOUND';
          };
        };
      };
      /** @description 9005 JOB_RUNNING: Job is running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_RUNNING';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listNodes: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. State, as of the last time that the node was heard. */
        status?: ('Online' | 'Offline' | 'Maintenance' | 'Error')[];
        /** @description One or more, repeated. 1 to 32 printable ASCII characters. */
        name?: string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List storage nodes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            node_list: components['schemas']['NodeView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  createNode: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateNodeBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 5003 NODE_TOKEN_REFUSED: Enrolment token is refused; 5005 NODE_ALREADY_REGISTERED: Storage node is already registered; 5004 NODE_NAME_IN_USE: Node name is in use; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              'NODE_TOKEN_REFUSED' | 'NODE_ALREADY_REGISTERED' | 'NODE_NAME_IN_USE' | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getNode: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the storage node.
         * @example 1
         */
        node_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show a storage node */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteNode: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
        /** @description Also a node with volumes: for a node that is gone. */
        force?: boolean;
      };
      header?: never;
      path: {
        /**
         * @description Id of the storage node.
         * @example 1
         */
        node_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_NOT_FOUND';
          };
        };
      };
      /** @description 5006 NODE_HAS_VOLUMES: Storage node still has volumes */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_HAS_VOLUMES';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  changeNode: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: never;
      path: {
        /**
         * @description Id of the storage node.
         * @example 1
         */
        node_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ChangeNodeBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_NOT_FOUND';
          };
        };
      };
      /** @description 5004 NODE_NAME_IN_USE: Node name is in use; 5011 NODE_BUSY: Another operation on the storage node is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_NAME_IN_USE' | 'NODE_BUSY';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getStorageSystem: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show the whole installation: counts by state, health */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StorageSystemView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  createRecCopySession: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateSessionBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 3006 VOLUME_IS_OWN_COPY: A volume cannot be its own copy; 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_IS_OWN_COPY' | 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found; 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND' | 'NODE_NOT_FOUND';
          };
        };
      };
      /** @description 3007 VOLUME_ON_SAME_NODE: Source and destination are on the same node; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 3008 VOLUME_COPY_PROTECTED: Destination is protected against being a copy destination; 3009 VOLUME_ALREADY_DESTINATION: Volume is already the destination of a copy session; 3010 VOLUME_IS_SOURCE: Volume is the source of a copy session; 3011 VOLUME_SECOND_DESTINATION: Volume already has a destination on this node; 3022 VOLUME_DESTINATIONS_MAX: Volume has as many destinations as it can have; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3020 VOLUME_IN_GROUP_OF_SEVERAL: Volume is in a consistency group with others; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 5009 NODE_MAINTENANCE: Storage node is in maintenance; 4013 SESSION_BOXID_DIFFERS: Box id does not match the node of the volume; 6011 SRL_TOO_SMALL: Log is smaller than 128 MiB; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'VOLUME_ON_SAME_NODE'
              | 'VOLUME_SIZE_DIFFERS'
              | 'VOLUME_COPY_PROTECTED'
              | 'VOLUME_ALREADY_DESTINATION'
              | 'VOLUME_IS_SOURCE'
              | 'VOLUME_SECOND_DESTINATION'
              | 'VOLUME_DESTINATIONS_MAX'
              | 'VOLUME_IN_GROUP'
              | 'VOLUME_IN_GROUP_OF_SEVERAL'
              | 'GROUP_BUSY'
              | 'SESSION_BUSY'
              | 'VOLUME_CONNECTED'
              | 'VOLUME_BUSY'
              | 'VOLUME_NAME_IN_USE'
              | 'NODE_MAINTENANCE'
              | 'SESSION_BOXID_DIFFERS'
              | 'SRL_TOO_SMALL'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  suspendCopySessions: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SuspendManyBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4004 SESSION_ALREADY_SUSPENDED: Copy session is already suspended; 4007 SESSION_IN_ERROR: Copy session is in Error; 4008 SESSION_SOURCES_DIFFER: Copy sessions do not share a source node; 4009 SESSION_DESTINATION_INCONSISTENT: Destination is inconsistent and cannot be opened; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'SESSION_NOT_ESTABLISHED'
              | 'SESSION_BUSY'
              | 'SESSION_NOT_EQUIVALENT'
              | 'SESSION_ALREADY_SUSPENDED'
              | 'SESSION_IN_ERROR'
              | 'SESSION_SOURCES_DIFFER'
              | 'SESSION_DESTINATION_INCONSISTENT'
              | 'SESSION_SOURCE_HAS_OTHERS'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listCopySessions: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. State, as of the last time that the node was heard. */
        status?: ('Reserved' | 'Active' | 'Suspend' | 'Halt' | 'Error')[];
        /** @description One or more, repeated. How far the copy is. */
        phase?: ('No_Pair' | 'Copying' | 'Equivalent')[];
        /** @description One or more, repeated. Id of the volume that is copied. */
        source_volume_id?: number[];
        /** @description One or more, repeated. Id of the volume that holds the copy. */
        destination_volume_id?: number[];
        /** @description One or more, repeated. Id of the storage node of the source. */
        source_node_id?: number[];
        /** @description One or more, repeated. Id of the storage node of the destination. */
        destination_node_id?: number[];
        /** @description One or more, repeated. Id of the consistency group. */
        consistencygroup_id?: number[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List copy sessions */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            copysession_list: components['schemas']['CopySessionAnswer'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getCopySession: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the copy session.
         * @example 1
         */
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show a copy session */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CopySessionAnswer'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteCopySession: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
        /** @description Also when not Equivalent. */
        force?: boolean;
      };
      header?: never;
      path: {
        /**
         * @description Id of the copy session.
         * @example 1
         */
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4015 SESSION_LOST: A storage node does not have the copy session any more; 4010 SESSION_BUSY: Another operation on the copy session is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_EQUIVALENT' | 'SESSION_LOST' | 'SESSION_BUSY';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  changeCopySession: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: never;
      path: {
        /**
         * @description Id of the copy session.
         * @example 1
         */
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ChangeSessionBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4017 SESSION_HALTED: Destination is lost, and hosts must not begin to wait for it; 4007 SESSION_IN_ERROR: Copy session is in Error; 4015 SESSION_LOST: A storage node does not have the copy session any more */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              'SESSION_NOT_ESTABLISHED' | 'SESSION_BUSY' | 'SESSION_HALTED' | 'SESSION_IN_ERROR' | 'SESSION_LOST';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getCopySessionStatistics: {
    parameters: {
      query?: {
        /** @description Seconds: differences over so long. */
        interval?: number;
      };
      header?: never;
      path: {
        /**
         * @description Id of the copy session.
         * @example 1
         */
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show what the session counted on its link */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionStatisticsView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  suspendCopySession: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the copy session.
         * @example 1
         */
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['SuspendBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4004 SESSION_ALREADY_SUSPENDED: Copy session is already suspended; 4007 SESSION_IN_ERROR: Copy session is in Error; 4009 SESSION_DESTINATION_INCONSISTENT: Destination is inconsistent and cannot be opened; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'SESSION_NOT_ESTABLISHED'
              | 'SESSION_BUSY'
              | 'SESSION_NOT_EQUIVALENT'
              | 'SESSION_ALREADY_SUSPENDED'
              | 'SESSION_IN_ERROR'
              | 'SESSION_DESTINATION_INCONSISTENT'
              | 'SESSION_SOURCE_HAS_OTHERS'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  resumeCopySession: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the copy session.
         * @example 1
         */
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['EmptyBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4005 SESSION_ALREADY_ACTIVE: Copy session is already active; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              'SESSION_NOT_ESTABLISHED' | 'SESSION_BUSY' | 'SESSION_ALREADY_ACTIVE' | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  reverseCopySession: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the copy session.
         * @example 1
         */
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ReverseBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'SESSION_NOT_FOUND';
          };
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4006 SESSION_NOT_SUSPENDED: Copy session is not suspended; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'SESSION_NOT_ESTABLISHED'
              | 'SESSION_BUSY'
              | 'SESSION_NOT_SUSPENDED'
              | 'SESSION_NOT_EQUIVALENT'
              | 'SESSION_SOURCE_HAS_OTHERS'
              | 'VOLUME_SIZE_DIFFERS'
              | 'NODE_UNREACHABLE'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listVolumeCopySessions: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. Id of the storage node. */
        node_id?: number[];
        /** @description One or more, repeated. 1 to 32 printable ASCII characters. */
        name?: string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List volumes that have copy sessions, with their copies */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            volume_list: components['schemas']['VolumeCopySessionView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getVolumeCopySessions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the volume; never used again.
         * @example 1
         */
        volume_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show a volume with its copies */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['VolumeCopySessionView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listVolumes: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. 1 to 32 printable ASCII characters. */
        name?: string[];
        /** @description One or more, repeated. Id of the storage node. */
        node_id?: number[];
        /** @description One or more, repeated. State, as of the last time that the node was heard. */
        status?: ('Normal' | 'Warning' | 'Error' | 'Maintenance')[];
        /** @description One or more, repeated. What the node knows it by; never used again. */
        uid?: string[];
        /** @description One or more, repeated. Id of the consistency group. */
        consistencygroup_id?: number[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List volumes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            volume_list: components['schemas']['VolumeView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  createVolume: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateVolumeBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_NOT_FOUND';
          };
        };
      };
      /** @description 5009 NODE_MAINTENANCE: Storage node is in maintenance; 5011 NODE_BUSY: Another operation on the storage node is unfinished; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_MAINTENANCE' | 'NODE_BUSY' | 'VOLUME_NAME_IN_USE' | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteVolumes: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
        /** @description Drops host connections; never a copy session. */
        force?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DeleteVolumesBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_IN_SESSION' | 'VOLUME_IN_GROUP' | 'VOLUME_CONNECTED' | 'VOLUME_BUSY';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getVolume: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the volume; never used again.
         * @example 1
         */
        volume_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show a volume */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['VolumeView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteVolume: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
        /** @description Drops host connections; never a copy session. */
        force?: boolean;
      };
      header?: never;
      path: {
        /**
         * @description Id of the volume; never used again.
         * @example 1
         */
        volume_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_IN_SESSION' | 'VOLUME_IN_GROUP' | 'VOLUME_CONNECTED' | 'VOLUME_BUSY';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  changeVolume: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: never;
      path: {
        /**
         * @description Id of the volume; never used again.
         * @example 1
         */
        volume_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ChangeVolumeBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 3012 VOLUME_SHRINK_REFUSED: A volume cannot shrink; 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              'VOLUME_NAME_IN_USE' | 'VOLUME_SHRINK_REFUSED' | 'VOLUME_IN_SESSION' | 'VOLUME_CONNECTED' | 'VOLUME_BUSY';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  releaseVolume: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the volume; never used again.
         * @example 1
         */
        volume_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 3018 VOLUME_NOT_HELD: Volume is not held; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_HELD' | 'VOLUME_BUSY' | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteVolumesByPost: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
        /** @description Drops host connections; never a copy session. */
        force?: boolean;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DeleteVolumesBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              'VOLUME_IN_SESSION' | 'VOLUME_IN_GROUP' | 'VOLUME_CONNECTED' | 'VOLUME_BUSY' | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listHostConnections: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
      };
      header?: never;
      path: {
        /**
         * @description Id of the volume; never used again.
         * @example 1
         */
        volume_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List the hosts that are attached to a volume */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            connection_list: components['schemas']['HostConnectionView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 3016 VOLUME_LOST: The node no longer has the volume; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 5008 NODE_IDENTITY_CHANGED: Another storage node answers at this address */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_LOST' | 'VOLUME_BUSY' | 'NODE_UNREACHABLE' | 'NODE_IDENTITY_CHANGED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 5010 NODE_STARTING: Storage node is starting; 6015 SHUTTING_DOWN: Storage node is shutting down; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_STARTING' | 'SHUTTING_DOWN' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  dropHostConnection: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: never;
      path: {
        /**
         * @description Id of the volume; never used again.
         * @example 1
         */
        volume_id: number;
        /**
         * @description Id of the connection of a host.
         * @example 1
         */
        connection_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 3023 CONNECTION_NOT_FOUND: Host connection is not found; 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'CONNECTION_NOT_FOUND' | 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 3016 VOLUME_LOST: The node no longer has the volume; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 5008 NODE_IDENTITY_CHANGED: Another storage node answers at this address */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'VOLUME_LOST' | 'VOLUME_BUSY' | 'NODE_UNREACHABLE' | 'NODE_IDENTITY_CHANGED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 5010 NODE_STARTING: Storage node is starting; 6015 SHUTTING_DOWN: Storage node is shutting down; 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_STARTING' | 'SHUTTING_DOWN' | 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listConsistencyGroups: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. 1 to 32 printable ASCII characters. */
        name?: string[];
        /** @description One or more, repeated. Id of the storage node. */
        node_id?: number[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List consistency groups */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            consistencygroup_list: components['schemas']['ConsistencyGroupView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  createConsistencyGroup: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateGroupBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found; 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NODE_NOT_FOUND' | 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 4102 GROUP_NAME_IN_USE: Group name is in use on this node; 6011 SRL_TOO_SMALL: Log is smaller than 128 MiB; 3021 VOLUME_ON_OTHER_NODE: Volume is on another node than its group; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'GROUP_NAME_IN_USE'
              | 'SRL_TOO_SMALL'
              | 'VOLUME_ON_OTHER_NODE'
              | 'VOLUME_IN_GROUP'
              | 'VOLUME_IN_SESSION'
              | 'VOLUME_BUSY'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  getConsistencyGroup: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the consistency group.
         * @example 1
         */
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Show a consistency group */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConsistencyGroupView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteConsistencyGroup: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: never;
      path: {
        /**
         * @description Id of the consistency group.
         * @example 1
         */
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_NOT_FOUND';
          };
        };
      };
      /** @description 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4103 GROUP_HAS_SESSIONS: Consistency group has copy sessions */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_BUSY' | 'GROUP_HAS_SESSIONS';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  changeConsistencyGroup: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: never;
      path: {
        /**
         * @description Id of the consistency group.
         * @example 1
         */
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ChangeGroupBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found; 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_NOT_FOUND' | 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4102 GROUP_NAME_IN_USE: Group name is in use on this node; 4106 GROUP_LAST_VOLUME: A consistency group has at least one volume; 4107 GROUP_CHANGE_MIXED: A group with copy sessions cannot gain and lose volumes at once; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4019 SESSION_NOT_ACTIVE: Copy session is not Active; 4007 SESSION_IN_ERROR: Copy session is in Error; 4015 SESSION_LOST: A storage node does not have the copy session any more; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 5009 NODE_MAINTENANCE: Storage node is in maintenance; 3021 VOLUME_ON_OTHER_NODE: Volume is on another node than its group; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 3008 VOLUME_COPY_PROTECTED: Destination is protected against being a copy destination; 3009 VOLUME_ALREADY_DESTINATION: Volume is already the destination of a copy session; 3010 VOLUME_IS_SOURCE: Volume is the source of a copy session; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'GROUP_BUSY'
              | 'GROUP_NAME_IN_USE'
              | 'GROUP_LAST_VOLUME'
              | 'GROUP_CHANGE_MIXED'
              | 'SESSION_BUSY'
              | 'SESSION_NOT_ESTABLISHED'
              | 'SESSION_NOT_ACTIVE'
              | 'SESSION_IN_ERROR'
              | 'SESSION_LOST'
              | 'NODE_UNREACHABLE'
              | 'NODE_MAINTENANCE'
              | 'VOLUME_ON_OTHER_NODE'
              | 'VOLUME_IN_GROUP'
              | 'VOLUME_IN_SESSION'
              | 'VOLUME_BUSY'
              | 'VOLUME_SIZE_DIFFERS'
              | 'VOLUME_COPY_PROTECTED'
              | 'VOLUME_ALREADY_DESTINATION'
              | 'VOLUME_IS_SOURCE'
              | 'VOLUME_CONNECTED'
              | 'VOLUME_NAME_IN_USE';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  createConsistencyGroupSessions: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the consistency group.
         * @example 1
         */
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateGroupSessionsBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found; 5001 NODE_NOT_FOUND: Storage node is not found; 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_NOT_FOUND' | 'NODE_NOT_FOUND' | 'VOLUME_NOT_FOUND';
          };
        };
      };
      /** @description 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 5009 NODE_MAINTENANCE: Storage node is in maintenance; 5011 NODE_BUSY: Another operation on the storage node is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3007 VOLUME_ON_SAME_NODE: Source and destination are on the same node; 3021 VOLUME_ON_OTHER_NODE: Volume is on another node than its group; 3011 VOLUME_SECOND_DESTINATION: Volume already has a destination on this node; 3022 VOLUME_DESTINATIONS_MAX: Volume has as many destinations as it can have; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 3008 VOLUME_COPY_PROTECTED: Destination is protected against being a copy destination; 3009 VOLUME_ALREADY_DESTINATION: Volume is already the destination of a copy session; 3010 VOLUME_IS_SOURCE: Volume is the source of a copy session; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'GROUP_BUSY'
              | 'NODE_MAINTENANCE'
              | 'NODE_BUSY'
              | 'SESSION_BUSY'
              | 'VOLUME_BUSY'
              | 'VOLUME_IN_GROUP'
              | 'VOLUME_ON_SAME_NODE'
              | 'VOLUME_ON_OTHER_NODE'
              | 'VOLUME_SECOND_DESTINATION'
              | 'VOLUME_DESTINATIONS_MAX'
              | 'VOLUME_SIZE_DIFFERS'
              | 'VOLUME_COPY_PROTECTED'
              | 'VOLUME_ALREADY_DESTINATION'
              | 'VOLUME_IS_SOURCE'
              | 'VOLUME_CONNECTED'
              | 'VOLUME_NAME_IN_USE'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  suspendConsistencyGroup: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the consistency group.
         * @example 1
         */
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['SuspendBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_NOT_FOUND';
          };
        };
      };
      /** @description 4104 GROUP_HAS_NO_SESSIONS: Consistency group has no copy sessions; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4015 SESSION_LOST: A storage node does not have the copy session any more; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4004 SESSION_ALREADY_SUSPENDED: Copy session is already suspended; 4007 SESSION_IN_ERROR: Copy session is in Error; 4009 SESSION_DESTINATION_INCONSISTENT: Destination is inconsistent and cannot be opened; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'GROUP_HAS_NO_SESSIONS'
              | 'GROUP_BUSY'
              | 'SESSION_BUSY'
              | 'SESSION_LOST'
              | 'SESSION_NOT_ESTABLISHED'
              | 'SESSION_NOT_EQUIVALENT'
              | 'SESSION_ALREADY_SUSPENDED'
              | 'SESSION_IN_ERROR'
              | 'SESSION_DESTINATION_INCONSISTENT'
              | 'SESSION_SOURCE_HAS_OTHERS'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  resumeConsistencyGroup: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the consistency group.
         * @example 1
         */
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['EmptyBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_NOT_FOUND';
          };
        };
      };
      /** @description 4104 GROUP_HAS_NO_SESSIONS: Consistency group has no copy sessions; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4015 SESSION_LOST: A storage node does not have the copy session any more; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4005 SESSION_ALREADY_ACTIVE: Copy session is already active; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'GROUP_HAS_NO_SESSIONS'
              | 'GROUP_BUSY'
              | 'SESSION_BUSY'
              | 'SESSION_LOST'
              | 'SESSION_NOT_ESTABLISHED'
              | 'SESSION_ALREADY_ACTIVE'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  reverseConsistencyGroup: {
    parameters: {
      query?: {
        /** @description Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body within 24 hours is the same job. */
        'Idempotency-Key'?: string;
      };
      path: {
        /**
         * @description Id of the consistency group.
         * @example 1
         */
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ReverseGroupBody'];
      };
    };
    responses: {
      /** @description The job ended within `wait`; read its status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
      /** @description The job was made. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAccepted'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'GROUP_NOT_FOUND';
          };
        };
      };
      /** @description 4104 GROUP_HAS_NO_SESSIONS: Consistency group has no copy sessions; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4015 SESSION_LOST: A storage node does not have the copy session any more; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4006 SESSION_NOT_SUSPENDED: Copy session is not suspended; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 4102 GROUP_NAME_IN_USE: Group name is in use on this node; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?:
              | 'GROUP_HAS_NO_SESSIONS'
              | 'GROUP_BUSY'
              | 'SESSION_BUSY'
              | 'SESSION_LOST'
              | 'SESSION_NOT_ESTABLISHED'
              | 'SESSION_NOT_SUSPENDED'
              | 'SESSION_NOT_EQUIVALENT'
              | 'SESSION_SOURCE_HAS_OTHERS'
              | 'VOLUME_SIZE_DIFFERS'
              | 'GROUP_NAME_IN_USE'
              | 'NODE_UNREACHABLE'
              | 'IDEMPOTENCY_KEY_REUSED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'JOB_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description As last_get_id. */
        after?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. Kind. */
        type?: (
          | 'Link_Lost'
          | 'Link_Restored'
          | 'Path_Lost'
          | 'Path_Restored'
          | 'Resync_Started'
          | 'Resync_Paused'
          | 'Resync_Finished'
          | 'Log_Overflow'
          | 'Log_Returned'
          | 'Log_Failed'
          | 'Log_Repaired'
          | 'Throttle_On'
          | 'Throttle_Off'
          | 'Rpo_Breached'
          | 'Rpo_Met'
          | 'Mode_Changed'
          | 'Role_Changed'
          | 'Copy_Stalled'
          | 'Session_Failed'
          | 'Session_Recovered'
          | 'Split_Brain'
          | 'Volume_Failed'
          | 'Volume_Recovered'
          | 'Volume_Held'
          | 'Volume_Released'
          | 'Volume_Joined'
          | 'Volume_Left'
          | 'Node_Offline'
          | 'Node_Online'
          | 'Login_Locked'
        )[];
        /** @description One or more, repeated. How bad it is. */
        severity?: ('Information' | 'Warning' | 'Error')[];
        /** @description A href: events about this resource. */
        resource?: string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List what happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            event_list: components['schemas']['EventView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  streamEvents: {
    parameters: {
      query?: {
        /** @description Events after this one; without it, or when it is beyond the last, those that become known from now on. The header Last-Event-ID stands above it. */
        after?: number;
        /** @description One or more, repeated. Kind. */
        type?: components['schemas']['EventType'][];
        /** @description One or more, repeated. How bad it is. */
        severity?: components['schemas']['EventSeverity'][];
        /** @description A href: events about this resource. */
        resource?: string[];
      };
      header?: {
        /** @description Events after this one. Browsers send it by themselves when they connect again. */
        'Last-Event-ID'?: number;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events, for as long as the client wants. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9010 EVENT_STREAM_LIMIT_REACHED: Too many clients follow the events; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'EVENT_STREAM_LIMIT_REACHED' | 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  listTokens: {
    parameters: {
      query?: {
        /** @description Entries in one answer. */
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        /** @description One or more, repeated. 1 to 32 printable ASCII characters. */
        name?: string[];
        /** @description One or more, repeated. Id of the user; never used again. */
        user_id?: number[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description List API tokens */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description All that match the filters.
             * @example 250
             */
            total_count: number;
            /**
             * @description Those in this answer.
             * @example 100
             */
            list_count: number;
            /** @description By ascending id. */
            token_list: components['schemas']['TokenView'][];
            /**
             * @description The next page, when there is one.
             * @example /api/v1/volume?last_get_id=100
             */
            next_href?: string;
          };
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  createToken: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateTokenBody'];
      };
    };
    responses: {
      /** @description Make an API token */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewTokenView'];
        };
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known; 1003 BODY_MALFORMED: Body is not valid JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN' | 'BODY_MALFORMED';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'BODY_TOO_LARGE';
          };
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'MEDIA_TYPE_UNSUPPORTED';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
  deleteToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the API token; never used again.
         * @example 1
         */
        token_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description End an API token */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description 1001 PARAMETER_INVALID: Parameter is not valid; 1002 PARAMETER_UNKNOWN: Parameter is not known */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'PARAMETER_INVALID' | 'PARAMETER_UNKNOWN';
          };
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_AUTHENTICATED' | 'TOKEN_EXPIRED';
          };
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'NOT_ALLOWED';
          };
        };
      };
      /** @description 2104 TOKEN_NOT_FOUND: API token is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'TOKEN_NOT_FOUND';
          };
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'RATE_LIMITED';
          };
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'INTERNAL';
          };
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'] & {
            /**
             * @description Name of the error in docs/errors.md, stable.
             * @enum {string}
             */
            internal_code?: 'DATABASE_UNAVAILABLE';
          };
        };
      };
    };
  };
}
