/** What operators are told of as it happens (promise C54). */

export const EVENT_SEVERITIES = ['Information', 'Warning', 'Error'] as const;
export type EventSeverity = (typeof EVENT_SEVERITIES)[number];

/** Each type with its severity. */
export const EVENTS = {
  /** The destination was not heard for the heartbeat timeout, on any path. */
  Link_Lost: 'Warning',
  Link_Restored: 'Information',
  /** One of several addresses of the destination does not answer; the stream goes on by another. */
  Path_Lost: 'Warning',
  Path_Restored: 'Information',
  Resync_Started: 'Information',
  /** The link was lost, or the session suspended, before the resync ended. */
  Resync_Paused: 'Warning',
  Resync_Finished: 'Information',
  /** A stream used up its share of the log, and goes on by its map. */
  Log_Overflow: 'Warning',
  /** A stream goes by the log again. */
  Log_Returned: 'Information',
  /** The device of the log failed: hosts are served past it. */
  Log_Failed: 'Error',
  Log_Repaired: 'Information',
  /** Host writes wait for a stream: its share of the log, or its latency mark, is reached. */
  Throttle_On: 'Warning',
  Throttle_Off: 'Information',
  Rpo_Breached: 'Warning',
  Rpo_Met: 'Information',
  Mode_Changed: 'Information',
  Role_Changed: 'Information',
  Copy_Stalled: 'Warning',
  Session_Failed: 'Error',
  Session_Recovered: 'Information',
  /** Both ends were written apart. */
  Split_Brain: 'Error',
  /** A volume went to Error, or its hosts get errors. */
  Volume_Failed: 'Error',
  Volume_Recovered: 'Information',
  /** The node lost power under a volume with a volatile cache: no host is served until what is missing is known, or it is released. */
  Volume_Held: 'Error',
  Volume_Released: 'Information',
  Volume_Joined: 'Information',
  Volume_Left: 'Information',
  /** The control plane does not reach the node; hosts and replication may go on. */
  Node_Offline: 'Warning',
  Node_Online: 'Information',
  /** A user, or an address, failed to log in too often. */
  Login_Locked: 'Warning',
} as const satisfies Record<string, EventSeverity>;

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];
