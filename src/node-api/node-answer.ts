/** Judges what a node answers: it may be of another version, or something else that listens there. Everything that is read of it must be there. */
import { Refusal } from '../errors/refusal.js';
import { isUid } from '../model/ids.js';
import { NODE_API_VERSION, type ConnectionState, type NodeIdentity, type NodeState } from './contract.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * @returns null when it makes no sense
 * @throws Refusal NODE_VERSION_UNSUPPORTED
 */
export function readIdentity(answer: unknown): NodeIdentity | null {
  if (!isObject(answer) || !isNumber(answer['apiVersion'])) return null;
  const { apiVersion } = answer;
  if (apiVersion !== NODE_API_VERSION) {
    throw new Refusal('NODE_VERSION_UNSUPPORTED', `node ${apiVersion}, control plane ${NODE_API_VERSION}`);
  }
  const isWhole =
    has(answer, isText, 'nodeUid', 'name', 'version', 'fingerprint', 'nbdAddress') &&
    isListOf(answer['peerAddresses'], isText);
  return isWhole ? (answer as unknown as NodeIdentity) : null;
}

/**
 * @returns null when it makes no sense
 * @throws Refusal NODE_VERSION_UNSUPPORTED
 */
export function readState(answer: unknown): NodeState | null {
  // First of all the version: nothing else is known of the shape of another one.
  if (!isObject(answer) || readIdentity(answer['identity']) === null) return null;
  const isWhole =
    has(answer, isNumber, 'runCounter', 'capacityBytes', 'usedBytes', 'srlUsedBytes') &&
    isListOf(answer['runIds'], isText) &&
    isListOf(answer['volumes'], isVolume) &&
    isListOf(answer['sessions'], isSession) &&
    isListOf(answer['events'], isObject) &&
    isMark(answer['mark']) &&
    isGone(answer['gone']);
  return isWhole ? (answer as unknown as NodeState) : null;
}

/** Absent at a node that always tells everything. */
function isMark(mark: unknown): boolean {
  return mark === undefined || (isText(mark) && /^[\w.-]{1,100}$/.test(mark));
}

function isGone(gone: unknown): boolean {
  if (gone === undefined) return true;
  return isObject(gone) && has(gone, (uids) => isListOf(uids, isUid), 'volumes', 'sessions');
}

/** @returns null when it makes no sense */
export function readConnections(answer: unknown): ConnectionState[] | null {
  const isConnection = (value: unknown) =>
    isObject(value) &&
    has(value, isNumber, 'id', 'requests', 'bytes') &&
    has(value, isText, 'client', 'since') &&
    typeof value['isTls'] === 'boolean';
  return isListOf(answer, isConnection) ? (answer as ConnectionState[]) : null;
}

function isVolume(volume: unknown): boolean {
  if (!isObject(volume) || !isObject(volume['spec'])) return false;
  const { spec } = volume;
  return (
    has(volume, isText, 'status', 'detail', 'access') &&
    has(volume, isNumber, 'usedBytes', 'connectionCount') &&
    has(spec, isUid, 'uid') &&
    has(spec, isText, 'name', 'writeCache', 'createdTime') &&
    has(spec, isNumber, 'label', 'sizeBytes') &&
    isObject(spec['backing']) &&
    isListOf(spec['allowedClients'], isText)
  );
}

function isSession(session: unknown): boolean {
  if (!isObject(session) || !isObject(session['spec'])) return false;
  const { spec, role, error } = session;
  const isEnd = (end: unknown) =>
    isObject(end) && has(end, isText, 'nodeUid', 'volumeUid', 'fingerprint') && isListOf(end['peerAddresses'], isText);
  return (
    (role === 'source' || role === 'destination') &&
    (error === null || isObject(error)) &&
    has(session, isText, 'status', 'phase', 'dataState') &&
    has(session, isNumber, 'appliedGeneration', 'totalBytes', 'uncopiedBytes') &&
    has(session, isObject, 'lag', 'epoch', 'statistics') &&
    has(spec, isUid, 'uid', 'groupUid') &&
    has(spec, isText, 'run') &&
    has(spec, isNumber, 'label', 'generation', 'resumedGeneration', 'slot', 'srlSizeBytes') &&
    has(spec, isObject, 'settings') &&
    has(spec, isEnd, 'source', 'destination')
  );
}

function has(fields: Fields, isRight: (value: unknown) => boolean, ...names: readonly string[]): boolean {
  return names.every((name) => isRight(fields[name]));
}

function isListOf(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isRight);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
