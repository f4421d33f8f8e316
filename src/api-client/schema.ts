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
    /** Log in */
    post: operations['openSession'];
    /** Log out */
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
     * @description A refresh token works once; the answer brings the next one.
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
     * @description Ends all sessions and API tokens of the user, this one too.
     */
    post: operations['changePasswordSession'];
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
    /** List users */
    get: operations['listUser'];
    put?: never;
    /** Make a user */
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
    /** Show a user */
    get: operations['getUser'];
    put?: never;
    post?: never;
    /**
     * Delete a user
     * @description Ends its sessions and API tokens. Its jobs and its audit trail stay.
     */
    delete: operations['deleteUser'];
    options?: never;
    head?: never;
    /**
     * Change a user
     * @description The own password is changed with POST /session/password, which asks for the present one.
     */
    patch: operations['changeUser'];
    trace?: never;
  };
  '/api/v1/job': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List jobs */
    get: operations['listJob'];
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
    /** Show a job */
    get: operations['getJob'];
    put?: never;
    post?: never;
    /**
     * Remove a finished job, or cancel a queued one
     * @description A cancelled job takes back what it was to bring, and stays in the list as Canceled.
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
    /** List storage nodes */
    get: operations['listNode'];
    put?: never;
    /**
     * Register a storage node
     * @description Node and control plane learn to know each other; volumes and copy sessions that the node has are taken up.
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
    /** Show a storage node */
    get: operations['getNode'];
    put?: never;
    post?: never;
    /**
     * Forget a storage node
     * @description Without volumes, or with force for a node that is gone: its volumes are forgotten with it, and its copy sessions end at their other nodes.
     */
    delete: operations['deleteNode'];
    options?: never;
    head?: never;
    /** Change a storage node */
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
    /** Show the whole installation: counts by state, health */
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
     * @description Everything that is wrong is named in one refusal: its code is that of the first, details name all. Success is established, not copied.
     */
    post: operations['createCopySession'];
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
    /** Suspend copy sessions of one source node at one point in time */
    post: operations['suspendManyCopySession'];
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
    /** List copy sessions */
    get: operations['listCopySession'];
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
    /** Show a copy session */
    get: operations['getCopySession'];
    put?: never;
    post?: never;
    /**
     * Delete a copy session; both volumes keep their data
     * @description An end that cannot be reached is removed when it returns.
     */
    delete: operations['deleteCopySession'];
    options?: never;
    head?: never;
    /**
     * Change settings of a copy session, live or suspended
     * @description transfer_mode may change at any time without a full copy and without a failed host write: while the session copies the new mode holds once the copy is done, and effective_mode is Through until then; in Suspend and Error it holds once the session is resumed. Only to Synchronous it does not change in Halt (SESSION_HALTED) and Error (SESSION_IN_ERROR). split_mode is refused with an asynchronous mode, which keeps it for the return to Synchronous.
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
     * @description Counts since the node started; with interval, those of about so many last seconds (interval_seconds says how many). Samples are taken at the source every 10 s and kept for an hour.
     */
    get: operations['statisticsCopySession'];
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
    /** Suspend a copy session: both volumes can be written, both ends keep tracking */
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
     * @description Sends every region changed on either side since the suspend, read from the present source; writes to the destination are overwritten.
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
     * @description Moves no data; the next resume does.
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
    /** List volumes that have copy sessions, with their copies */
    get: operations['listVolumeCopySession'];
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
    /** Show a volume with its copies */
    get: operations['getVolumeCopySession'];
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
    /** List volumes */
    get: operations['listVolume'];
    put?: never;
    /** Create one volume, or several with numbers appended to their name */
    post: operations['createVolume'];
    /** Delete volumes, all or none */
    delete: operations['deleteManyVolume'];
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
    /** Show a volume */
    get: operations['getVolume'];
    put?: never;
    post?: never;
    /** Delete a volume */
    delete: operations['deleteVolume'];
    options?: never;
    head?: never;
    /**
     * Change a volume
     * @description Its capacity can only grow. A rename is refused while hosts are attached.
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
     * @description Its node lost power while hosts had writes acknowledged that were not durable: some may be missing. Check the data before, or bring its destination back, which releases the volume by itself when nothing is missing.
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
    /** Delete volumes, for clients that drop the body of DELETE */
    post: operations['deleteManyByPostVolume'];
    delete?: never;
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
    /** List consistency groups */
    get: operations['listConsistencyGroup'];
    put?: never;
    /**
     * Put volumes of one node into a consistency group
     * @description Writes to its volumes keep their order at every destination. Its copy sessions are made by another call.
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
    /** Show a consistency group */
    get: operations['getConsistencyGroup'];
    put?: never;
    post?: never;
    /** Delete a consistency group without copy sessions; its volumes stay */
    delete: operations['deleteConsistencyGroup'];
    options?: never;
    head?: never;
    /**
     * Rename a consistency group; add volumes to it, or take them away, live
     * @description At all nodes or at none. Success is that every node has taken the change; a volume that joins is copied then, is_joining until it is part of the order. What leaves keeps its data on both sides.
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
     * @description Everything that is wrong is named in one refusal: its code is that of the first, details name all. Success is established, not copied.
     */
    post: operations['createSessionsConsistencyGroup'];
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
    /** Suspend all copy sessions of a group at one point in time */
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
    /** Resume the copy sessions of a group */
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
     * @description Moves no data; the next resume does. The group is then one of the volumes that were its destinations.
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
     * @description Each thing once, in the order in which it became known. The last 100000 are kept.
     */
    get: operations['listEvent'];
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
     * @description Server-Sent Events: each event once, in the order of the list, as `id:` and `data:` with the same fields as there; comments while nothing happens. A client that was cut off goes on where it was by sending the last id as Last-Event-ID, to whichever process serves it. The stream ends with the token that it was opened by.
     */
    get: operations['streamEvent'];
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
     * @description Of all users; the tokens themselves are not kept.
     */
    get: operations['listToken'];
    put?: never;
    /**
     * Make an API token
     * @description For machines, in place of a session. It is shown in this answer and never again.
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
    /** End an API token */
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
    ErrorDetail: {
      /** @description The field at fault, with its path inside the body. */
      parameter?: string;
      /** @description Name of the error in docs/errors.md. */
      internal_code: string;
      message: string;
    };
    ErrorAnswer: {
      /**
       * @description Four digits, stable.
       * @example 3001
       */
      error_code: number;
      /** @description Description, and in brackets what it is about. */
      message: string;
      /**
       * @description Name of the error in docs/errors.md.
       * @example VOLUME_NOT_FOUND
       */
      internal_code: string;
      /** @description Everything that is wrong, when that is more than one thing. */
      details?: components['schemas']['ErrorDetail'][];
      /** @description Finds the request in the logs. */
      request_id: string;
    };
    OpenSessionBody: {
      /** @example admin */
      username: string;
      /** Format: password */
      password: string;
      /**
       * @description Asks for a refresh token as well.
       * @default false
       */
      refresh?: boolean;
    };
    SessionView: {
      /** @description Send it as "Authorization: Bearer …". */
      token: string;
      /**
       * @description Seconds; not extended by use.
       * @example 1800
       */
      expires_in: number;
      /** @description Works once, for 10 hours. */
      refresh_token?: string;
    };
    RefreshSessionBody: {
      refresh_token: string;
    };
    ChangeOwnPasswordBody: {
      /** Format: password */
      current_password: string;
      /** Format: password */
      new_password: string;
    };
    /** @enum {string} */
    Role: 'monitor' | 'operator' | 'admin';
    CreateUserBody: {
      /**
       * @description 1 to 64 of A-Z a-z 0-9 . _ @ -, the first a letter or digit; unique whatever their case.
       * @example alice
       */
      name: string;
      /** Format: password */
      password: string;
      role: components['schemas']['Role'];
      /**
       * @description Who is not enabled cannot log in.
       * @default true
       */
      is_enabled?: boolean;
    };
    UserView: {
      user_id: number;
      /** @example alice */
      name: string;
      role: components['schemas']['Role'];
      /** @description Who is not enabled cannot log in. */
      is_enabled: boolean;
      /** Format: date-time */
      created_time: string;
    };
    ChangeUserBody: {
      /** @description 1 to 64 of A-Z a-z 0-9 . _ @ -, the first a letter or digit; unique whatever their case. */
      name?: string;
      /**
       * Format: password
       * @description Ends the sessions and API tokens of the user.
       */
      password?: string;
      /** @description Holds at once, also in open sessions. */
      role?: components['schemas']['Role'];
      /** @description False ends the sessions and API tokens of the user. */
      is_enabled?: boolean;
    };
    /** @enum {string} */
    JobStatus: 'Queued' | 'Running' | 'Success' | 'Error' | 'Partial_Error' | 'Canceled';
    FailedResourceView: {
      resource_href: string;
      /** @description Four digits. */
      error_code: number;
      message: string;
    };
    JobOperationView: {
      operation: string;
      result: string;
      /** Format: date-time */
      time: string;
    };
    JobErrorView: {
      /** @description Four digits. */
      error_code: number;
      message: string;
      /** @description Name of the error in docs/errors.md. */
      internal_code: string;
    };
    JobView: {
      job_id: number;
      job_href: string;
      description: string;
      status: components['schemas']['JobStatus'];
      requestor: string;
      /** Format: date-time */
      created_time: string;
      /** Format: date-time */
      modified_time: string;
      resource_href_list: string[];
      /** @description Where to read the progress of what the job set going. */
      progress_href_list: string[];
      succeeded_resource_href_list: string[];
      failed_resource_info_list: components['schemas']['FailedResourceView'][];
      operation_list: components['schemas']['JobOperationView'][];
      error: components['schemas']['JobErrorView'] | null;
    };
    JobAccepted: {
      job_id: number;
      /** @example /api/v1/job/1 */
      job_href: string;
    };
    CreateNodeBody: {
      /** @example site-a */
      name: string;
      /**
       * @description host:port of its admin server.
       * @example 10.0.0.1:5700
       */
      address: string;
      /** @description What the node printed at its first start. */
      enrolment_token: string;
    };
    /** @enum {string} */
    NodeStatus: 'Online' | 'Offline' | 'Maintenance' | 'Error';
    NodeView: {
      node_id: number;
      /** @example /api/v1/node/1 */
      node_href: string;
      name: string;
      /** @description 40 characters, padded with '#'. */
      boxid: string;
      status: components['schemas']['NodeStatus'];
      /**
       * @description Registry name of what keeps the node from being used, when it cannot be.
       * @example NODE_ROLLED_BACK
       */
      status_reason: string | null;
      version: string | null;
      address: string;
      nbd_address: string | null;
      peer_address_list: string[];
      /** @description MiB of its folder that logs occupy. */
      srl_used: number | null;
      srl_used_bytes: number | null;
      /** @description MiB. */
      capacity: number | null;
      capacity_bytes: number | null;
      /** @description MiB. */
      used_capacity: number | null;
      used_capacity_bytes: number | null;
      volume_count: number;
      /** Format: date-time */
      last_seen_time: string | null;
      /** @description The node was not heard of late: what is shown of it is what was last known. */
      is_stale: boolean;
    };
    ChangeNodeBody: {
      name?: string;
      address?: string;
      /** @description In maintenance a node takes no new volumes and copy sessions; what it has goes on. */
      is_in_maintenance?: boolean;
    };
    StorageSystemView: {
      name: string;
      version: string;
      /** @enum {string} */
      health: 'Normal' | 'Warning' | 'Error';
      node_count: {
        [key: string]: number;
      };
      volume_count: {
        [key: string]: number;
      };
      copysession_count: {
        [key: string]: number;
      };
    };
    NewDestinationBody: {
      node_id: number;
      /** @description The source's name when absent. */
      name?: string;
    };
    /** @enum {string} */
    TransferMode: 'Synchronous' | 'Consistency' | 'Stack';
    /** @enum {string} */
    InitialCopy: 'Full';
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
    LatencyProtectionBody: {
      /**
       * @description Whether host writes wait while high_mark of them are on their way. With the destination lost, Override lets them go on and Fail fails them.
       * @default Off
       */
      policy?: components['schemas']['LatencyPolicy'];
      /** @default 10000 */
      high_mark?: number;
      /**
       * @description Below high_mark: host writes go on once fewer than this are on their way.
       * @default 9950
       */
      low_mark?: number;
    };
    /** @enum {string} */
    Compression: 'None' | 'Lz4' | 'Zstd';
    CreateSessionBody: {
      source_volume_id: number;
      /** @description An existing volume of the same size on another node; or destination. */
      destination_volume_id?: number;
      /** @description Has a volume of the same size made on this node. */
      destination?: components['schemas']['NewDestinationBody'];
      /** @description Checked against the node of the source. */
      source_boxid?: string;
      /** @description Checked against the node of the destination. */
      destination_boxid?: string;
      transfer_mode: components['schemas']['TransferMode'];
      /** @default Full */
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
      /** @default 10 */
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
      latency_protection?: components['schemas']['LatencyProtectionBody'];
      /**
       * @description Payload sent at most, 10^6 bits a second; 0 is unlimited.
       * @default 0
       */
      bandwidth_limit_mbps?: number;
      /** @default None */
      compression?: components['schemas']['Compression'];
      /**
       * @description A lag beyond this is a breach; 0 is no watch.
       * @default 0
       */
      rpo_seconds?: number;
    };
    SuspendManyBody: {
      /**
       * @description Also when not Equivalent: the destination is then unusable until resumed. With the source unreachable the destination acts alone and opens its volume.
       * @default false
       */
      force?: boolean;
      /** @description Of one source node. */
      copysession_id_list: number[];
    };
    /** @enum {string} */
    SessionStatus: 'Reserved' | 'Active' | 'Suspend' | 'Halt' | 'Error';
    /** @enum {string} */
    SessionPhase: 'No_Pair' | 'Copying' | 'Equivalent';
    LagView: {
      /** @description Writes that the destination does not hold durably; regions while logging_to is Dcm. */
      writes: number;
      bytes: number;
      /**
       * Format: double
       * @description Age of the oldest of them; 0 when there is none.
       */
      seconds: number;
      /** @description One of the nodes was not heard of late. */
      is_stale: boolean;
    };
    PathView: {
      /** @description host:port of the destination. */
      address: string;
      is_up: boolean;
      /** @description The connection goes this way now. */
      is_in_use: boolean;
    };
    LatencyProtectionView: {
      policy: components['schemas']['LatencyPolicy'];
      high_mark: number;
      low_mark: number;
    };
    CopySessionAnswer: {
      copysession_id: number;
      /** @example /api/v1/copysession/1 */
      copysession_href: string;
      /** @enum {string} */
      type: 'REC';
      status: components['schemas']['SessionStatus'];
      phase: components['schemas']['SessionPhase'];
      /** @description Four digits. */
      error_code: number | null;
      error_message: string | null;
      /** Format: date-time */
      error_occurrence_time: string | null;
      transfer_mode: components['schemas']['TransferMode'];
      /**
       * @description What acknowledges now; Through while a change passes.
       * @enum {string|null}
       */
      effective_mode: 'Synchronous' | 'Consistency' | 'Stack' | 'Through' | null;
      split_mode: components['schemas']['SplitMode'];
      recovery_mode: components['schemas']['RecoveryMode'];
      /** @enum {string} */
      copy_range: 'Totally';
      source_volume_id: number;
      source_volume_number: number;
      source_volume_href: string;
      source_volume_name: string;
      source_node_id: number;
      source_boxid: string;
      destination_volume_id: number;
      destination_volume_number: number;
      destination_volume_href: string;
      destination_volume_name: string;
      destination_node_id: number;
      destination_boxid: string;
      /** @description Of the source volume; null when it is a group of its own. */
      consistencygroup_id: number | null;
      /** @description Seconds since it was made. */
      elapsed_time: number;
      /** @description MiB. */
      total_data_size: number;
      total_data_size_bytes: number;
      /** @description MiB that are not known to be equal. */
      uncopied_data_size: number | null;
      uncopied_data_size_bytes: number | null;
      /**
       * Format: double
       * @description Percent.
       */
      progress: number | null;
      transferred_bytes: number | null;
      /**
       * Format: date-time
       * @description Time of the last suspend.
       */
      backup_time: string | null;
      /**
       * @description Of the last suspend together with others.
       * @enum {string|null}
       */
      concurrent_suspend_result: 'Success' | 'Error' | null;
      /**
       * Format: double
       * @description Seconds.
       */
      remain_time_to_finish_suspend: number | null;
      requestor: string;
      /** @description Bytes that one bit of the change map stands for. */
      resolution: number;
      /** @enum {string|null} */
      data_state: 'Up_To_Date' | 'Consistent' | 'Inconsistent' | null;
      /** @enum {string|null} */
      logging_to: 'Srl' | 'Dcm' | null;
      lag: components['schemas']['LagView'] | null;
      /** @description A lag beyond this is a breach; 0 is no watch. */
      rpo_seconds: number;
      is_rpo_breached: boolean | null;
      /**
       * @description Why host writes wait for this session just now.
       * @enum {string|null}
       */
      throttle: 'None' | 'Log_Share' | 'Latency' | null;
      /** @description The volume is copied beside its group, to join it. */
      is_joining: boolean | null;
      path_list: components['schemas']['PathView'][];
      epoch: number | null;
      /**
       * Format: date-time
       * @description When one end last heard the other.
       */
      last_heard_time: string | null;
      srl_protection: components['schemas']['SrlProtection'];
      srl_share_mb: number;
      srl_size_mb: number;
      heartbeat_timeout_seconds: number;
      max_write_delay_ms: number;
      startup_wait_seconds: number;
      latency_protection: components['schemas']['LatencyProtectionView'];
      /** @description 10^6 bits a second; 0 is unlimited. */
      bandwidth_limit_mbps: number;
      compression: components['schemas']['Compression'];
      /** @enum {string} */
      initial_copy: 'Full';
      /**
       * Format: date-time
       * @description When the node whose view this is was last seen.
       */
      last_seen_time: string | null;
      /** @description That node was not heard of late: the state is what was last known. */
      is_stale: boolean;
    };
    SessionStatisticsView: {
      copysession_id: number;
      /**
       * @description The end that counted.
       * @enum {string|null}
       */
      end: 'source' | 'destination' | null;
      messages_sent: number;
      messages_received: number;
      /** Format: double */
      round_trip_ms: number;
      timeouts: number;
      gaps: number;
      checksum_errors: number;
      reconnects: number;
      /** @description Times that the copy got nowhere for a minute though connected. */
      stalls: number;
      /** @description Log records and regions sent. */
      blocks_sent: number;
      /** @description Log records and regions that had to be sent again. */
      retries: number;
      /** @description Payload before compression. */
      payload_bytes: number;
      /** @description What went over the link for it. */
      wire_bytes: number;
      /**
       * Format: double
       * @description payload_bytes to wire_bytes.
       */
      compression_ratio: number | null;
      /** @description Times that the share of the log was used up. */
      overflows: number;
      /** @description Times that host writes had to wait for this session. */
      throttles: number;
      /** @description For how long in all, milliseconds. */
      throttled_ms: number;
      /** @description Payload bytes since the session was made, resync and log together. */
      transferred_bytes: number;
      resync_bytes: number;
      /**
       * Format: double
       * @description With ?interval=: the seconds that the differences are over; null while there are none yet.
       */
      interval_seconds?: number | null;
      /** Format: date-time */
      last_seen_time: string | null;
      is_stale: boolean;
    };
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
      /** @default 10 */
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
      latency_protection?: components['schemas']['LatencyProtectionBody'];
      /**
       * @description Payload sent at most, 10^6 bits a second; 0 is unlimited.
       * @default 0
       */
      bandwidth_limit_mbps?: number;
      /** @default None */
      compression?: components['schemas']['Compression'];
      /**
       * @description A lag beyond this is a breach; 0 is no watch.
       * @default 0
       */
      rpo_seconds?: number;
    };
    SuspendBody: {
      /**
       * @description Also when not Equivalent: the destination is then unusable until resumed. With the source unreachable the destination acts alone and opens its volume.
       * @default false
       */
      force?: boolean;
    };
    EmptyBody: Record<string, never>;
    ReverseBody: {
      /** @description The volume that shall be the source: already so is success. */
      source_volume_id?: number;
    };
    BackupVolumeView: {
      volume_id: number;
      volume_href: string;
      name: string;
      node_id: number;
      copysession_id: number;
      copysession_href: string;
      /** @enum {string} */
      type: 'REC';
      status: components['schemas']['SessionStatus'];
      phase: components['schemas']['SessionPhase'];
      transfer_mode: components['schemas']['TransferMode'];
    };
    VolumeCopySessionView: {
      volume_id: number;
      volume_number: number;
      volume_href: string;
      name: string;
      node_id: number;
      is_copy_source_volume: boolean;
      is_copy_destination_volume: boolean;
      /** @description The destinations of its copy sessions. */
      backup_volume_list: components['schemas']['BackupVolumeView'][];
    };
    BackingBody: {
      /** @enum {string} */
      type: 'File' | 'Block';
      /** @description Below a folder that the node's own configuration lists; absent: a sparse file in the node's folder. */
      path?: string;
    };
    CreateVolumeBody: {
      /** @description MiB. */
      capacity?: number;
      /** @description A multiple of 512, instead of capacity. */
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
      /** @description Unique on its node; with count, numbers are appended. */
      name: string;
      node_id: number;
      /** @default 1 */
      count?: number;
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
      /** @enum {string} */
      type: 'File' | 'Block';
      path: string | null;
    };
    VolumeView: {
      /** @description Never used again. */
      volume_id: number;
      /** @description Counts the volumes of a node. */
      volume_number: number;
      /** @example /api/v1/volume/1 */
      volume_href: string;
      name: string;
      node_id: number;
      boxid: string;
      status: components['schemas']['VolumeStatus'];
      /** @description More about the status, in words; empty when there is nothing to say. */
      detail_status: string;
      /** @enum {string} */
      type: 'Standard';
      /** @description MiB. */
      capacity: number;
      capacity_bytes: number;
      /** @description MiB. */
      used_capacity: number | null;
      used_capacity_bytes: number | null;
      /** @enum {string} */
      usage: 'Block';
      uid: string;
      /** @example nbd://10.0.0.1:10809/data */
      nbd_uri: string | null;
      access: components['schemas']['VolumeAccess'];
      /** @description Name of the reason in docs/errors.md, unless hosts may read and write. */
      access_reason: string | null;
      write_cache: components['schemas']['WriteCache'];
      backing: components['schemas']['BackingView'];
      allowed_client_list: string[];
      is_copy_protection_enabled: boolean;
      is_copy_source_volume: boolean;
      is_copy_destination_volume: boolean;
      /** @description Null: it is a group of its own. */
      consistencygroup_id: number | null;
      /** Format: date-time */
      created_time: string;
      /**
       * Format: date-time
       * @description When its node was last seen.
       */
      last_seen_time: string | null;
      /** @description The node was not heard of late: what is shown is what was last known. */
      is_stale: boolean;
    };
    ChangeVolumeBody: {
      /** @description MiB. */
      capacity?: number;
      /** @description A multiple of 512, instead of capacity. */
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
      name?: string;
    };
    DeleteVolumesBody: {
      volume_id_list: number[];
    };
    CreateGroupBody: {
      name: string;
      node_id: number;
      /** @description Volumes of that node, without copy sessions, in no other group. */
      volume_id_list: number[];
      /**
       * @description Size of the log at each end, MiB.
       * @default 1024
       */
      srl_size_mb?: number;
    };
    GroupStreamView: {
      destination_node_id: number;
      /** @description Of its worst session. */
      status: components['schemas']['SessionStatus'];
      /** @description Of its session that is least far. */
      phase: components['schemas']['SessionPhase'];
      transfer_mode: components['schemas']['TransferMode'];
      /** @enum {string|null} */
      effective_mode: 'Synchronous' | 'Consistency' | 'Stack' | 'Through' | null;
      /** @enum {string|null} */
      data_state: 'Up_To_Date' | 'Consistent' | 'Inconsistent' | null;
      /** @enum {string|null} */
      logging_to: 'Srl' | 'Dcm' | null;
      lag: components['schemas']['LagView'] | null;
      rpo_seconds: number;
      is_rpo_breached: boolean | null;
      copysession_id_list: number[];
    };
    ConsistencyGroupView: {
      consistencygroup_id: number;
      /** @example /api/v1/consistencygroup/1 */
      consistencygroup_href: string;
      name: string;
      /** @description Where its volumes are. */
      node_id: number;
      volume_id_list: number[];
      /** @description Size of its log at each end, MiB. */
      srl_size_mb: number;
      /** @description MiB of the log that some destination still needs. */
      srl_used: number | null;
      srl_used_bytes: number | null;
      stream_list: components['schemas']['GroupStreamView'][];
      epoch: number | null;
    };
    DestinationVolumeBody: {
      source_volume_id: number;
      destination_volume_id: number;
    };
    ChangeGroupBody: {
      /** @description Existing volumes of the same sizes; for the others, volumes of the same names and sizes are made. */
      destination_volume_list?: components['schemas']['DestinationVolumeBody'][];
      name?: string;
      /** @description The whole new list. With copy sessions, volumes are either added, which are copied to every destination, or taken away. */
      volume_id_list?: number[];
    };
    CreateGroupSessionsBody: {
      /** @description Existing volumes of the same sizes; for the others, volumes of the same names and sizes are made. */
      destination_volume_list?: components['schemas']['DestinationVolumeBody'][];
      destination_node_id: number;
      transfer_mode: components['schemas']['TransferMode'];
      /** @default Full */
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
      /** @default 10 */
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
      latency_protection?: components['schemas']['LatencyProtectionBody'];
      /**
       * @description Payload sent at most, 10^6 bits a second; 0 is unlimited.
       * @default 0
       */
      bandwidth_limit_mbps?: number;
      /** @default None */
      compression?: components['schemas']['Compression'];
      /**
       * @description A lag beyond this is a breach; 0 is no watch.
       * @default 0
       */
      rpo_seconds?: number;
    };
    ReverseGroupBody: {
      /** @description The node that shall be the source: already so is success. */
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
      | 'Node_Online';
    EventDetailsView: {
      /** @description All that it is about, e.g. every session of a group. */
      resource_href_list: string[];
    };
    EventView: {
      event_id: number;
      /** Format: date-time */
      time: string;
      severity: components['schemas']['EventSeverity'];
      type: components['schemas']['EventType'];
      /** @example /api/v1/copysession/1 */
      resource_href: string;
      message: string;
      details: components['schemas']['EventDetailsView'];
    };
    CreateTokenBody: {
      /**
       * @description Says what it is for; need not be unique.
       * @example backup on db-7
       */
      name: string;
      role: components['schemas']['Role'];
      /**
       * Format: date-time
       * @description In the future; absent: it does not expire.
       */
      expires_at?: string;
    };
    NewTokenView: {
      token_id: number;
      /** @example backup on db-7 */
      name: string;
      /** @description What it may do now: as it was given, at most what its user may. */
      role: components['schemas']['Role'];
      /** @description Who made it; it ends with that user. */
      user_id: number;
      /** Format: date-time */
      created_time: string;
      /**
       * Format: date-time
       * @description To the minute.
       */
      last_used_time: string | null;
      /**
       * Format: date-time
       * @description Null: it does not expire.
       */
      expires_at: string | null;
      /**
       * @description Send it as "Authorization: Bearer …". It is shown this once.
       * @example ek_…
       */
      token: string;
    };
    TokenView: {
      token_id: number;
      /** @example backup on db-7 */
      name: string;
      /** @description What it may do now: as it was given, at most what its user may. */
      role: components['schemas']['Role'];
      /** @description Who made it; it ends with that user. */
      user_id: number;
      /** Format: date-time */
      created_time: string;
      /**
       * Format: date-time
       * @description To the minute.
       */
      last_used_time: string | null;
      /**
       * Format: date-time
       * @description Null: it does not expire.
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2002 CREDENTIALS_WRONG: User name or password is wrong */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  changePasswordSession: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2005 PASSWORD_WRONG: Present password is wrong; 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listUser: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        name?: string[];
        role?: ('monitor' | 'operator' | 'admin')[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            user_list: components['schemas']['UserView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2102 USER_NAME_IN_USE: User name is in use */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  getUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2101 USER_NOT_FOUND: User is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  deleteUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2101 USER_NOT_FOUND: User is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2103 USER_LAST_ADMIN: No enabled user with the role admin would be left */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  changeUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        user_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2005 PASSWORD_WRONG: Present password is wrong; 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2101 USER_NOT_FOUND: User is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2102 USER_NAME_IN_USE: User name is in use; 2103 USER_LAST_ADMIN: No enabled user with the role admin would be left */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listJob: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        status?: ('Queued' | 'Running' | 'Success' | 'Error' | 'Partial_Error' | 'Canceled')[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            job_list: components['schemas']['JobView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  getJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9003 JOB_NOT_FOUND: Job is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  deleteJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9003 JOB_NOT_FOUND: Job is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9005 JOB_RUNNING: Job is running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listNode: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        status?: ('Online' | 'Offline' | 'Maintenance' | 'Error')[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            node_list: components['schemas']['NodeView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5003 NODE_TOKEN_REFUSED: Enrolment token is refused; 5005 NODE_ALREADY_REGISTERED: Storage node is already registered; 5004 NODE_NAME_IN_USE: Node name is in use; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  getNode: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5006 NODE_HAS_VOLUMES: Storage node still has volumes */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        node_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5004 NODE_NAME_IN_USE: Node name is in use; 5011 NODE_BUSY: Another operation on the storage node is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  createCopySession: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found; 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3007 VOLUME_ON_SAME_NODE: Source and destination are on the same node; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 3008 VOLUME_COPY_PROTECTED: Destination is protected against being a copy destination; 3009 VOLUME_ALREADY_DESTINATION: Volume is already the destination of a copy session; 3010 VOLUME_IS_SOURCE: Volume is the source of a copy session; 3011 VOLUME_SECOND_DESTINATION: Volume already has a destination on this node; 3022 VOLUME_DESTINATIONS_MAX: Volume has as many destinations as it can have; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3020 VOLUME_IN_GROUP_OF_SEVERAL: Volume is in a consistency group with others; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 5009 NODE_MAINTENANCE: Storage node is in maintenance; 4013 SESSION_BOXID_DIFFERS: Box id does not match the node of the volume; 6011 SRL_TOO_SMALL: Log is smaller than 128 MiB; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  suspendManyCopySession: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4004 SESSION_ALREADY_SUSPENDED: Copy session is already suspended; 4007 SESSION_IN_ERROR: Copy session is in Error; 4008 SESSION_SOURCES_DIFFER: Copy sessions do not share a source node; 4009 SESSION_DESTINATION_INCONSISTENT: Destination is inconsistent and cannot be opened; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listCopySession: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        status?: ('Reserved' | 'Active' | 'Suspend' | 'Halt' | 'Error')[];
        phase?: ('No_Pair' | 'Copying' | 'Equivalent')[];
        source_volume_id?: number[];
        destination_volume_id?: number[];
        source_node_id?: number[];
        destination_node_id?: number[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            copysession_list: components['schemas']['CopySessionAnswer'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  getCopySession: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4010 SESSION_BUSY: Another operation on the copy session is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4017 SESSION_HALTED: Destination is lost, and hosts must not begin to wait for it; 4007 SESSION_IN_ERROR: Copy session is in Error; 4015 SESSION_LOST: A storage node does not have the copy session any more */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  statisticsCopySession: {
    parameters: {
      query?: {
        /** @description Seconds: differences over so long. */
        interval?: number;
      };
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4004 SESSION_ALREADY_SUSPENDED: Copy session is already suspended; 4007 SESSION_IN_ERROR: Copy session is in Error; 4009 SESSION_DESTINATION_INCONSISTENT: Destination is inconsistent and cannot be opened; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4005 SESSION_ALREADY_ACTIVE: Copy session is already active; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        copysession_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4001 SESSION_NOT_FOUND: Copy session is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4006 SESSION_NOT_SUSPENDED: Copy session is not suspended; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listVolumeCopySession: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        node_id?: number[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            volume_list: components['schemas']['VolumeCopySessionView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  getVolumeCopySession: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listVolume: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        name?: string[];
        node_id?: number[];
        status?: ('Normal' | 'Warning' | 'Error' | 'Maintenance')[];
        uid?: string[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            volume_list: components['schemas']['VolumeView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5009 NODE_MAINTENANCE: Storage node is in maintenance; 5011 NODE_BUSY: Another operation on the storage node is unfinished; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  deleteManyVolume: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  getVolume: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        volume_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 3012 VOLUME_SHRINK_REFUSED: A volume cannot shrink; 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3018 VOLUME_NOT_HELD: Volume is not held; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  deleteManyByPostVolume: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listConsistencyGroup: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        name?: string[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            consistencygroup_list: components['schemas']['ConsistencyGroupView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 5001 NODE_NOT_FOUND: Storage node is not found; 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4102 GROUP_NAME_IN_USE: Group name is in use on this node; 6011 SRL_TOO_SMALL: Log is smaller than 128 MiB; 3021 VOLUME_ON_OTHER_NODE: Volume is on another node than its group; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  getConsistencyGroup: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4103 GROUP_HAS_SESSIONS: Consistency group has copy sessions */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found; 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4102 GROUP_NAME_IN_USE: Group name is in use on this node; 4106 GROUP_LAST_VOLUME: A consistency group has at least one volume; 4107 GROUP_CHANGE_MIXED: A group with copy sessions cannot gain and lose volumes at once; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4019 SESSION_NOT_ACTIVE: Copy session is not Active; 4007 SESSION_IN_ERROR: Copy session is in Error; 4015 SESSION_LOST: A storage node does not have the copy session any more; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 5009 NODE_MAINTENANCE: Storage node is in maintenance; 3021 VOLUME_ON_OTHER_NODE: Volume is on another node than its group; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3003 VOLUME_IN_SESSION: Volume is used by a copy session; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 3008 VOLUME_COPY_PROTECTED: Destination is protected against being a copy destination; 3009 VOLUME_ALREADY_DESTINATION: Volume is already the destination of a copy session; 3010 VOLUME_IS_SOURCE: Volume is the source of a copy session; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  createSessionsConsistencyGroup: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found; 5001 NODE_NOT_FOUND: Storage node is not found; 3001 VOLUME_NOT_FOUND: Volume is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 5009 NODE_MAINTENANCE: Storage node is in maintenance; 5011 NODE_BUSY: Another operation on the storage node is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 3017 VOLUME_BUSY: Another operation on the volume is unfinished; 3019 VOLUME_IN_GROUP: Volume is in a consistency group; 3007 VOLUME_ON_SAME_NODE: Source and destination are on the same node; 3021 VOLUME_ON_OTHER_NODE: Volume is on another node than its group; 3011 VOLUME_SECOND_DESTINATION: Volume already has a destination on this node; 3022 VOLUME_DESTINATIONS_MAX: Volume has as many destinations as it can have; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 3008 VOLUME_COPY_PROTECTED: Destination is protected against being a copy destination; 3009 VOLUME_ALREADY_DESTINATION: Volume is already the destination of a copy session; 3010 VOLUME_IS_SOURCE: Volume is the source of a copy session; 3004 VOLUME_CONNECTED: Volume is attached to a host; 3002 VOLUME_NAME_IN_USE: Volume name is in use on this node; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4104 GROUP_HAS_NO_SESSIONS: Consistency group has no copy sessions; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4015 SESSION_LOST: A storage node does not have the copy session any more; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4004 SESSION_ALREADY_SUSPENDED: Copy session is already suspended; 4007 SESSION_IN_ERROR: Copy session is in Error; 4009 SESSION_DESTINATION_INCONSISTENT: Destination is inconsistent and cannot be opened; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4104 GROUP_HAS_NO_SESSIONS: Consistency group has no copy sessions; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4015 SESSION_LOST: A storage node does not have the copy session any more; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4005 SESSION_ALREADY_ACTIVE: Copy session is already active; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
        consistencygroup_id: number;
      };
      cookie?: never;
    };
    requestBody: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4101 GROUP_NOT_FOUND: Consistency group is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 4104 GROUP_HAS_NO_SESSIONS: Consistency group has no copy sessions; 4105 GROUP_BUSY: Another operation on the consistency group is unfinished; 4010 SESSION_BUSY: Another operation on the copy session is unfinished; 4015 SESSION_LOST: A storage node does not have the copy session any more; 4002 SESSION_NOT_ESTABLISHED: Copy session is not established yet; 4006 SESSION_NOT_SUSPENDED: Copy session is not suspended; 4003 SESSION_NOT_EQUIVALENT: Copy session is not Equivalent; 4018 SESSION_SOURCE_HAS_OTHERS: Source has other destinations; 3005 VOLUME_SIZE_DIFFERS: Volumes differ in size; 4102 GROUP_NAME_IN_USE: Group name is in use on this node; 5002 NODE_UNREACHABLE: Storage node cannot be reached; 1007 IDEMPOTENCY_KEY_REUSED: Idempotency-Key was used with another body */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9004 JOB_LIMIT_REACHED: Too many unfinished jobs; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listEvent: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description As last_get_id. */
        after?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
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
        )[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            event_list: components['schemas']['EventView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  streamEvent: {
    parameters: {
      query?: {
        /** @description Events after this one; without it, or when it is beyond the last, those that become known from now on. The header Last-Event-ID stands above it. */
        after?: number;
        type?: components['schemas']['EventType'][];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9010 EVENT_STREAM_LIMIT_REACHED: Too many clients follow the events; 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  listToken: {
    parameters: {
      query?: {
        max_records?: number;
        /** @description Entries after this id. */
        last_get_id?: number;
        /** @description Names, separated by commas; ids are always present. */
        fields?: string;
        name?: string[];
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
            /** @description All that match the filters. */
            total_count: number;
            /** @description Those in this answer. */
            list_count: number;
            token_list: components['schemas']['TokenView'][];
            /** @description The next page, when there is one. */
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1004 BODY_TOO_LARGE: Body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1005 MEDIA_TYPE_UNSUPPORTED: Content type is not supported */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
  deleteToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
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
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2001 NOT_AUTHENTICATED: Not authenticated; 2004 TOKEN_EXPIRED: The token is no longer valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2003 NOT_ALLOWED: The role does not allow this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 2104 TOKEN_NOT_FOUND: API token is not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 1008 RATE_LIMITED: Too many requests */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9001 INTERNAL: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
      /** @description 9002 DATABASE_UNAVAILABLE: Database does not answer */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorAnswer'];
        };
      };
    };
  };
}
