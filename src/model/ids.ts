/** Identities that the data plane uses. All are lower-case UUIDs made once and never reused; brands keep them from being mixed up. */
import { randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type NodeUid = Brand<string, 'NodeUid'>;
export type VolumeUid = Brand<string, 'VolumeUid'>;
/** A consistency group: the owner of one log. A volume in no named group is a group of its own. */
export type GroupUid = Brand<string, 'GroupUid'>;
export type SessionUid = Brand<string, 'SessionUid'>;
/** One group's replication to one node, as the control plane knows it; the nodes know it by these two. */
export type StreamUid = Brand<string, 'StreamUid'>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isUid(text: unknown): boolean {
  return typeof text === 'string' && uuid.test(text);
}

export function newUid<T extends NodeUid | VolumeUid | GroupUid | SessionUid | StreamUid>(): T {
  return randomUUID() as string as T;
}
