/**
 * Bodies of the rare messages: one JSON object, its fields checked one by one by the table below. Positions are decimal strings.
 * Fields that the table does not name are ignored, so that a newer peer's Hello can still be answered.
 */
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { isUid } from '../../model/ids.js';
import { lsn, type Epoch, type Lineage, type Lsn } from '../../model/position.js';
import { isRunId, RUN_IDS_MAX } from '../../model/run.js';
import { COMPRESSIONS, DATA_STATES, type Compression, type DataState } from '../../model/session.js';
import type { Ack, Heartbeat, MapBits, PeerMessage, Records, Region, SlotMembership, SlotSize } from './messages.js';
import { PeerMessageType as Type } from './messages.js';
import { ProtocolError } from './protocol-error.js';

export type JsonMessage = Exclude<PeerMessage, Ack | Heartbeat | MapBits | Records | Region>;

/** How one field is written and checked. `decode` answers undefined for a value that is not allowed. */
interface Field<T> {
  readonly encode: (value: T) => unknown;
  readonly decode: (value: unknown) => T | undefined;
  /** What a message means that does not have it; without this it must be there. */
  readonly absent?: T;
}

type FieldsOf<M> = { readonly [K in keyof Omit<M, 'type'>]: Field<M[K]> };
type MessageOf<T extends Type> = Extract<JsonMessage, { type: T }>;

const TEXT_LENGTH_MAX = 1024;
const LIST_LENGTH_MAX = 4096;

function asIs<T>(isAllowed: (value: unknown) => boolean): Field<T> {
  return { encode: (value) => value, decode: (value) => (isAllowed(value) ? (value as T) : undefined) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isListOf(value: unknown, isAllowed: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.length <= LIST_LENGTH_MAX && value.every(isAllowed);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const count = asIs<number>(isCount);
const uint32 = asIs<number>((value) => isCount(value) && value <= 0xffff_ffff);
const flag = asIs<boolean>((value) => typeof value === 'boolean');
const dataState = asIs<DataState>((value) => DATA_STATES.includes(value as DataState));
const runId = asIs<string>(isRunId);
const runIds = asIs<readonly string[]>(
  (value) => isListOf(value, isRunId) && value.length >= 1 && value.length <= RUN_IDS_MAX,
);
/** Names that a newer peer knows and we do not are left out. An early peer does not say, and reads none. */
const compressions: Field<readonly Compression[]> = {
  encode: (value) => value,
  decode: (value) =>
    isListOf(value, (item) => typeof item === 'string')
      ? COMPRESSIONS.filter((compression) => value.includes(compression))
      : undefined,
  absent: [],
};
const sizes: Field<readonly SlotSize[]> = {
  ...asIs((value) => isListOf(value, (item) => isObject(item) && isCount(item.slot) && isCount(item.sizeBytes))),
  absent: [],
};
const objects = asIs<readonly object[]>((value) => isListOf(value, isObject));

function uid<T extends string>(): Field<T> {
  return asIs<T>(isUid);
}

/** Longer than allowed is cut when written, since it is only ever shown to people. */
const text: Field<string> = {
  encode: (value) => value.slice(0, TEXT_LENGTH_MAX),
  decode: (value) => (typeof value === 'string' && value.length <= TEXT_LENGTH_MAX ? value : undefined),
};

/** A code that a newer peer knows and we do not is kept as INTERNAL; its text comes with it. */
const errorName: Field<ErrorName> = {
  encode: (value) => value,
  decode: (value) => {
    if (typeof value !== 'string') return undefined;
    return Object.hasOwn(ERRORS, value) ? (value as ErrorName) : 'INTERNAL';
  },
};

const position: Field<Lsn> = {
  encode: String,
  decode: (value) => {
    if (typeof value !== 'string' || !/^(0|[1-9]\d{0,15})$/.test(value)) return undefined;
    return isCount(Number(value)) ? lsn(Number(value)) : undefined;
  },
};

const lineage: Field<Lineage> = {
  encode: (epochs) => epochs.map(({ number, id, startLsn }) => ({ number, id, startLsn: String(startLsn) })),
  decode: (value) => {
    if (!isListOf(value, isObject)) return undefined;
    const epochs: Epoch[] = [];
    for (const { number, id, startLsn: start } of value as Record<string, unknown>[]) {
      const startLsn = position.decode(start);
      const last = epochs.at(-1);
      if (!isCount(number) || typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id) || startLsn === undefined)
        return undefined;
      // Whoever compares lineages relies on their order.
      if (last && (number <= last.number || startLsn < last.startLsn)) return undefined;
      epochs.push({ number, id, startLsn });
    }
    return epochs;
  },
};

const memberships: Field<readonly SlotMembership[]> = {
  encode: (members) =>
    members.map(({ slot, addedLsn, joinedLsn }) => ({
      slot,
      addedLsn: String(addedLsn),
      joinedLsn: joinedLsn === null ? null : String(joinedLsn),
    })),
  decode: (value) => {
    if (!isListOf(value, isObject)) return undefined;
    const members: SlotMembership[] = [];
    for (const member of value as Record<string, unknown>[]) {
      const addedLsn = position.decode(member.addedLsn);
      const joinedLsn = member.joinedLsn === null ? null : position.decode(member.joinedLsn);
      if (!isCount(member.slot) || addedLsn === undefined || joinedLsn === undefined) return undefined;
      members.push({ slot: member.slot, addedLsn, joinedLsn });
    }
    return members;
  },
};

const FIELDS: { readonly [M in JsonMessage as M['type']]: FieldsOf<M> } = {
  [Type.Hello]: {
    versionMin: count,
    versionMax: count,
    nodeUid: uid(),
    runCounter: count,
    runIds,
    groupUid: uid(),
    sessions: objects,
    lineage,
    headLsn: position,
    oldestLsn: position,
  },
  [Type.Welcome]: {
    version: count,
    nodeUid: uid(),
    runCounter: count,
    runIds,
    continuityId: runId,
    sessions: objects,
    lineage,
    receivedLsn: position,
    durableLsn: position,
    dataState,
    hasChanges: flag,
    isBlank: flag,
    windowBytes: count,
    compressions,
    sizes,
  },
  [Type.Refuse]: { code: errorName, message: text },
  [Type.StartLog]: {
    fromLsn: position,
    predecessorCrc: uint32,
    runningBytes: count,
    isReset: flag,
    consistentAtLsn: position,
    lineage,
    members: memberships,
  },
  [Type.StartResync]: { lineage, fromLsn: position, members: memberships },
  [Type.LogStarted]: {},
  [Type.StreamState]: { isEquivalent: flag, atLsn: position },
  [Type.Suspend]: { atLsn: position, sessions: objects },
  [Type.Suspended]: { generation: count },
  [Type.MapRequest]: { aboveLsn: position },
  [Type.MapEnd]: {},
  [Type.Resend]: { fromLsn: position },
  [Type.TailRequest]: { fromLsn: position },
  [Type.TailEnd]: { lastLsn: position },
  [Type.SyncRequest]: { lsn: position },
  [Type.Bye]: { reason: text },
};

export function encodeJsonBody(message: JsonMessage): Buffer {
  const fields = FIELDS[message.type] as Record<string, Field<unknown>>;
  const values = message as unknown as Record<string, unknown>;
  return Buffer.from(
    JSON.stringify(
      Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.encode(values[name])])),
    ),
  );
}

/** @throws ProtocolError 'body' naming the first field that is missing or not allowed */
export function decodeJsonBody<T extends JsonMessage['type']>(type: T, body: Buffer): MessageOf<T> {
  let object: unknown;
  try {
    object = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ProtocolError('body', `message type ${type} is not JSON`);
  }
  if (!isObject(object)) throw new ProtocolError('body', `message type ${type} is not a JSON object`);
  const message: Record<string, unknown> = { type };
  for (const [name, field] of Object.entries(FIELDS[type] as Record<string, Field<unknown>>)) {
    const value = Object.hasOwn(object, name) ? field.decode(object[name]) : field.absent;
    if (value === undefined) throw new ProtocolError('body', `message type ${type} has no valid ${name}`);
    message[name] = value;
  }
  return message as unknown as MessageOf<T>;
}
