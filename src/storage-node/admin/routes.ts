/** The calls of node-api/contract.ts: one row each, matched without a framework. */
import { Refusal } from '../../errors/refusal.js';
import { isUid, type SessionUid, type VolumeUid } from '../../model/ids.js';
import type { NodeIdentity } from '../../node-api/contract.js';
import { checkShape } from '../shape/shape.js';
import type { NodeOperations } from './node-operations.js';
import type { StateJournal } from './state-journal.js';
import { nodeSpec } from '../shape/node-spec.js';
import { streamSpecs, suspendRequest } from '../shape/session-spec.js';
import { volumeSpec } from '../shape/volume-spec.js';

export interface AdminCall {
  readonly uid: string;
  /** Number in the path; 0 for calls without one. */
  readonly number: number;
  readonly query: URLSearchParams;
  /** Parsed JSON, undefined for calls without a body. */
  readonly body: unknown;
  enrol(request: unknown): Promise<NodeIdentity>;
  /** @throws Refusal NODE_STARTING or SHUTTING_DOWN while there is nothing to operate on */
  operations(): NodeOperations;
  readonly journal: StateJournal;
}

export interface Route {
  readonly method: string;
  /** Segments after /v1; ':uid' takes a uid, ':number' a whole number. */
  readonly path: readonly string[];
  readonly hasBody: boolean;
  /** Open to clients whose certificate is not pinned. */
  readonly isOpen?: true;
  /** What is answered as JSON; undefined is 204. */
  handle(call: AdminCall): Promise<object | undefined>;
}

export const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: ['enrol'],
    hasBody: true,
    isOpen: true,
    handle: (call) => call.enrol(call.body),
  },
  {
    method: 'GET',
    path: ['state'],
    hasBody: false,
    handle: async (call) => call.journal.answer(call.operations().state(), markOf(call)),
  },
  {
    method: 'PUT',
    path: ['node'],
    hasBody: true,
    handle: (call) => call.operations().putNode(checkShape(nodeSpec, call.body)),
  },
  {
    method: 'PUT',
    path: ['volumes', ':uid'],
    hasBody: true,
    handle: (call) => call.operations().putVolume(ofPath(call, checkShape(volumeSpec, call.body))),
  },
  {
    method: 'POST',
    path: ['volumes', ':uid', 'release'],
    hasBody: false,
    handle: (call) => call.operations().releaseVolume(call.uid as VolumeUid),
  },
  {
    method: 'DELETE',
    path: ['volumes', ':uid'],
    hasBody: false,
    handle: async (call) => {
      await call.operations().deleteVolume(call.uid as VolumeUid, isForced(call));
      return undefined;
    },
  },
  {
    method: 'GET',
    path: ['volumes', ':uid', 'connections'],
    hasBody: false,
    handle: async (call) => call.operations().connections(call.uid as VolumeUid),
  },
  {
    method: 'DELETE',
    path: ['volumes', ':uid', 'connections', ':number'],
    hasBody: false,
    handle: async (call) => {
      call.operations().dropConnection(call.uid as VolumeUid, call.number);
      return undefined;
    },
  },
  {
    method: 'PUT',
    path: ['sessions'],
    hasBody: true,
    handle: (call) => call.operations().putSessions(checkShape(streamSpecs, call.body)),
  },
  {
    method: 'POST',
    path: ['sessions', 'suspend'],
    hasBody: true,
    handle: (call) => call.operations().suspendSessions(checkShape(suspendRequest, call.body)),
  },
  {
    method: 'DELETE',
    path: ['sessions', ':uid'],
    hasBody: false,
    handle: async (call) => {
      await call.operations().deleteSession(call.uid as SessionUid, isForced(call));
      return undefined;
    },
  },
];

/** @throws Refusal RESOURCE_NOT_FOUND, PARAMETER_INVALID for a uid or number that is none */
export function findRoute(method: string, pathname: string): { route: Route; uid: string; number: number } {
  const [root, version, ...segments] = pathname.split('/');
  const ofPathLength = ROUTES.filter(({ path }) => path.length === segments.length);
  for (const route of root === '' && version === 'v1' ? ofPathLength : []) {
    if (route.method !== method) continue;
    if (!route.path.every((part, index) => part.startsWith(':') || part === segments[index])) continue;
    const uid = segments[route.path.indexOf(':uid')] ?? '';
    if (route.path.includes(':uid') && !isUid(uid)) throw new Refusal('PARAMETER_INVALID', 'uid');
    const number = segments[route.path.indexOf(':number')] ?? '0';
    if (!/^\d{1,16}$/.test(number)) throw new Refusal('PARAMETER_INVALID', 'number');
    return { route, uid, number: Number(number) };
  }
  throw new Refusal('RESOURCE_NOT_FOUND', `${method} ${pathname.slice(0, 200)}`);
}

/** The uid stands in the path and in the body; both must mean the same thing. */
function ofPath<T extends { readonly uid: string }>(call: AdminCall, spec: T): T {
  if (spec.uid === call.uid) return spec;
  throw new Refusal('PARAMETER_INVALID', 'uid', [
    { parameter: 'uid', code: 'PARAMETER_INVALID', message: 'must be the uid of the path' },
  ]);
}

function markOf(call: AdminCall): string | null {
  expectOnly(call, 'since');
  return call.query.get('since');
}

function expectOnly(call: AdminCall, known: string): void {
  const unknown = [...call.query.keys()].find((name) => name !== known);
  if (unknown !== undefined) throw new Refusal('PARAMETER_UNKNOWN', unknown.slice(0, 64));
}

function isForced(call: AdminCall): boolean {
  expectOnly(call, 'force');
  const force = call.query.get('force') ?? 'false';
  if (force !== 'true' && force !== 'false') throw new Refusal('PARAMETER_INVALID', 'force');
  return force === 'true';
}
