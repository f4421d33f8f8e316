/**
 * The control plane's end of the contract: one object for each node, one method for each call. A call ends in the node's answer, in
 * a Refusal, or in NodeUnreachable. Every call may be repeated.
 */
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Refusal, type RefusalDetail } from '../errors/refusal.js';
import { type ErrorName, ERRORS } from '../errors/registry.js';
import type { SessionUid, VolumeUid } from '../model/ids.js';
import type { KeyAndCertificate } from './certificate.js';
import {
  type ConnectionState,
  type EnrolRequest,
  NODE_API_VERSION,
  type NodeIdentity,
  type NodeSpec,
  type NodeState,
  type SessionSpec,
  type SessionState,
  type SuspendRequest,
  type VolumeSpec,
  type VolumeState,
} from './contract.js';
import { decodeEnrolmentToken } from './enrolment-token.js';
import { parseNodeAddress } from './node-address.js';
import { readConnections, readIdentity, readState } from './node-answer.js';
import { NodeUnreachable } from './node-unreachable.js';
import { PinningAgent } from './pinning-agent.js';
import { encodeRequestMark, REQUEST_HEADER, type RequestMark } from './request-mark.js';
import { decodeRevisionMark, encodeRevisionMark, REVISION_HEADER, type RevisionMark } from './revision-mark.js';

export interface NodeClientOptions {
  /** host:port of the node's admin API; IPv6 in brackets. */
  readonly address: string;
  /** SHA-256 of the node's certificate, lower-case hex. */
  readonly fingerprint: string;
  /** Of the control plane, as pinned by the node. */
  readonly credentials: KeyAndCertificate;
  readonly connectTimeoutMs?: number;
  /** From the call to the end of its answer. */
  readonly callTimeoutMs?: number;
  /** What the next call speaks for; null says nothing. */
  readonly revision?: () => RevisionMark | null;
  /** What the next call is made for; null says nothing. */
  readonly cause?: () => RequestMark | null;
}

export interface Enrolment {
  readonly address: string;
  /** As the node printed it. */
  readonly token: string;
  readonly credentials: KeyAndCertificate;
  /** How the node names this control plane in its log. */
  readonly controllerName: string;
  readonly cause?: RequestMark | null;
}

const CONNECT_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 30_000;
const CONNECTIONS_MAX = 4;
/** Above the state of a node with many thousands of volumes. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Below the node's own keep-alive, so that it is this end that closes an idle connection. */
const IDLE_MS = 30_000;

export class NodeClient {
  private readonly agent: PinningAgent;
  private readonly host: string;
  private readonly port: number;
  private isClosed = false;
  private shownRevision: RevisionMark | null = null;

  constructor(private readonly options: NodeClientOptions) {
    const { hostname, port } = parseAddress(options.address);
    this.host = hostname;
    this.port = port;
    const { fingerprint, credentials, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
    this.agent = new PinningAgent(fingerprint, credentials, connectTimeoutMs, {
      keepAlive: true,
      maxSockets: CONNECTIONS_MAX,
      timeout: IDLE_MS,
    });
  }

  /**
   * Makes node and control plane known to each other: the node proves to be the one that printed the token, then learns its secret
   * and pins the control plane's certificate. `fingerprint` of the answer is what to pin here.
   * @throws Refusal NODE_TOKEN_REFUSED, NODE_IDENTITY_CHANGED, NODE_VERSION_UNSUPPORTED; NodeUnreachable
   */
  static async enrol({ address, token, credentials, controllerName, cause = null }: Enrolment): Promise<NodeIdentity> {
    const { fingerprint, secret } = decodeEnrolmentToken(token);
    const client = new NodeClient({ address, fingerprint, credentials, cause: () => cause });
    try {
      const body: EnrolRequest = { apiVersion: NODE_API_VERSION, secret, controllerName };
      return client.sensible(readIdentity(await client.call('POST', '/v1/enrol', body)));
    } finally {
      client.close();
    }
  }

  /** The revision that the node last said to know. */
  get knownRevision(): RevisionMark | null {
    return this.shownRevision;
  }

  /** @param since mark of an earlier answer: only what changed from there on is asked for */
  async state(since?: string): Promise<NodeState> {
    const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`;
    const state = this.sensible(readState(await this.call('GET', `/v1/state${query}`)));
    return this.sensible(since === undefined && state.gone ? null : state);
  }

  async putNode(spec: NodeSpec): Promise<NodeIdentity> {
    return this.sensible(readIdentity(await this.call('PUT', '/v1/node', spec)));
  }

  putVolume(spec: VolumeSpec): Promise<VolumeState> {
    return this.call('PUT', `/v1/volumes/${spec.uid}`, spec);
  }

  releaseVolume(uid: VolumeUid): Promise<VolumeState> {
    return this.call('POST', `/v1/volumes/${uid}/release`);
  }

  deleteVolume(uid: VolumeUid, isForced: boolean): Promise<void> {
    return this.call('DELETE', `/v1/volumes/${uid}?force=${isForced}`);
  }

  async connections(uid: VolumeUid): Promise<ConnectionState[]> {
    return this.sensible(readConnections(await this.call('GET', `/v1/volumes/${uid}/connections`)));
  }

  dropConnection(uid: VolumeUid, id: number): Promise<void> {
    return this.call('DELETE', `/v1/volumes/${uid}/connections/${id}`);
  }

  putSessions(specs: readonly SessionSpec[]): Promise<SessionState[]> {
    return this.call('PUT', '/v1/sessions', specs);
  }

  suspendSessions(request: SuspendRequest): Promise<SessionState[]> {
    return this.call('POST', '/v1/sessions/suspend', request);
  }

  deleteSession(uid: SessionUid, isForced: boolean): Promise<void> {
    return this.call('DELETE', `/v1/sessions/${uid}?force=${isForced}`);
  }

  /** Closes its connections; calls in progress fail. */
  close(): void {
    this.isClosed = true;
    this.agent.destroy();
  }

  private async call<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const deadline = AbortSignal.timeout(this.options.callTimeoutMs ?? CALL_TIMEOUT_MS);
    let outcome = await this.send(method, path, text, deadline);
    // The node may close a kept connection at the very moment that it is used again.
    if (outcome instanceof StaleConnection && !this.isClosed) outcome = await this.send(method, path, text, deadline);
    if (outcome instanceof StaleConnection) throw this.unreachable('ECONNRESET');
    return this.interpret<T>(outcome);
  }

  private send(method: string, path: string, text: string, signal: AbortSignal): Promise<Answer | StaleConnection> {
    return new Promise((resolve, reject) => {
      const revision = this.options.revision?.() ?? null;
      const cause = this.options.cause?.() ?? null;
      const headers = {
        ...(text !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...(revision !== null && { [REVISION_HEADER]: encodeRevisionMark(revision) }),
        ...(cause !== null && { [REQUEST_HEADER]: encodeRequestMark(cause) }),
      };
      const { agent, host, port } = this;
      const request = httpsRequest({ agent, host, port, method, path, headers, signal }, (response) => {
        collect(response).then(resolve, (error: unknown) => reject(this.unreachable(reasonOf(error, signal))));
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (error instanceof Refusal) reject(error);
        else if (request.reusedSocket && error.code === 'ECONNRESET') resolve(new StaleConnection());
        else reject(this.unreachable(reasonOf(error, signal)));
      });
      request.end(text);
    });
  }

  private interpret<T>({ status, text, revision }: Answer): T {
    this.shownRevision = revision;
    if (status === 204) return undefined as T;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      throw this.unreachable(`answered ${status} without JSON`);
    }
    if (status === 200) return body as T;
    throw refusalFrom(body) ?? this.unreachable(`answered ${status}`);
  }

  private sensible<T>(answer: T | null): T {
    if (answer === null) throw this.unreachable('answered without sense');
    return answer;
  }

  private unreachable(reason: string): NodeUnreachable {
    return new NodeUnreachable(this.options.address, reason);
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly revision: RevisionMark | null;
}

class StaleConnection {}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw Object.assign(new Error('answer is too large'), { code: 'EMSGSIZE' });
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(chunks).toString('utf8'),
    revision: decodeRevisionMark(response.headers[REVISION_HEADER]),
  };
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'ETIMEDOUT';
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

/** The node's refusal as it was there; a code that only a newer node knows becomes INTERNAL. */
function refusalFrom(body: unknown): Refusal | null {
  const error = (body as { error?: { code?: unknown; message?: unknown; details?: unknown } } | null)?.error;
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') return null;
  const isKnown = Object.hasOwn(ERRORS, error.code);
  const code = isKnown ? (error.code as ErrorName) : 'INTERNAL';
  const details = Array.isArray(error.details) ? (error.details as RefusalDetail[]) : [];
  const { text } = ERRORS[code];
  if (!isKnown) return new Refusal(code, `${error.code}: ${error.message}`, details);
  const factor = error.message.startsWith(`${text} (`) ? error.message.slice(text.length + 2, -1) : undefined;
  return new Refusal(code, factor, details);
}

function parseAddress(address: string): { hostname: string; port: number } {
  const parts = parseNodeAddress(address);
  if (!parts) throw new Refusal('PARAMETER_INVALID', `address "${address}" is not host:port`);
  return parts;
}
