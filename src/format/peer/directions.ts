import { PeerMessageType as Type } from './messages.js';

/** What may come from the source once its Hello was answered. */
export const FROM_SOURCE: readonly Type[] = [
  Type.Records,
  Type.Heartbeat,
  Type.Region,
  Type.StartLog,
  Type.StartResync,
  Type.StreamState,
  Type.Suspend,
  Type.MapRequest,
  Type.TailRequest,
  Type.SyncRequest,
  Type.Refuse,
  Type.Bye,
];

/** What may come from the destination once it has answered Hello. Records are the tail that a starting source asked for. */
export const FROM_DESTINATION: readonly Type[] = [
  Type.Records,
  Type.Ack,
  Type.Heartbeat,
  Type.LogStarted,
  Type.Suspended,
  Type.MapBits,
  Type.MapEnd,
  Type.Resend,
  Type.TailEnd,
  Type.Refuse,
  Type.Bye,
];
