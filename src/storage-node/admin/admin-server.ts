/**
 * Serves the admin API, `/healthz` and `/metrics` over HTTPS with the node's own certificate. The control plane is known by the
 * fingerprint of its client certificate, pinned at enrolment; nobody else gets past `/v1/enrol`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { fingerprintOf } from '../../node-api/certificate.js';
import type { NodeIdentity, NodeRefusal } from '../../node-api/contract.js';
import { requireMetricsReader } from '../../node-api/metrics-reader.js';
import { decodeRequestMark, REQUEST_HEADER } from '../../node-api/request-mark.js';
import { decodeRevisionMark, encodeRevisionMark, REVISION_HEADER } from '../../node-api/revision-mark.js';
import type { Budget } from '../config/budget.js';
import { systemClock } from '../config/clock.js';
import { ComplaintLog } from '../config/complaint-log.js';
import { formatHostPort, type HostPort, plainAddress } from '../config/host-port.js';
import {
  ADMIN_BODY_BYTES_MAX,
  ADMIN_CONNECTIONS_MAX,
  ADMIN_DRAIN_MS,
  ADMIN_KEEP_ALIVE_MS,
  ADMIN_LOOK_MS,
  ADMIN_REQUEST_TIMEOUT_MS,
  ADMIN_STILL_MS,
  ENROL_BODY_BYTES_MAX,
} from '../config/limits.js';
import { listenOn } from '../config/listen.js';
import type { NodeHome } from '../identity/node-home.js';
import { checkShape } from '../shape/shape.js';
import type { NodeOperations } from './node-operations.js';
import { duringCall } from './call-context.js';
import { CallLog } from './call-log.js';
import { CallMemory } from './call-memory.js';
import { readBody } from './request-body.js';
import { findRoute } from './routes.js';
import type { HealthReport } from './node-health.js';
import { type Metrics, Watchers } from './watchers.js';
import { StateJournal } from './state-journal.js';
import { enrolRequest } from '../shape/node-spec.js';

export interface AdminParts {
  readonly home: NodeHome;
  readonly logger: Logger;
  readonly budget: Budget;
  /** For the headers and the body of a call to come; milliseconds. */
  readonly requestTimeoutMs?: number;
  identity(): NodeIdentity;
  /** Prometheus text, made at each scrape. */
  metrics(): Promise<Metrics>;
  /** Asked only while the node serves. */
  health(): HealthReport;
  /** Null: metrics are for this machine alone. */
  readonly metricsToken?: string | null;
}

interface Caller {
  /** Of its certificate; null without one. */
  readonly fingerprint: string | null;
  readonly isPinned: boolean;
  readonly memory: CallMemory;
}

export class AdminServer {
  private server: Server | null = null;
  private operations: NodeOperations | null = null;
  private isStopping = false;
  private readonly complaints: ComplaintLog;
  private readonly calls: CallLog;
  /** Connections whose client has not shown a pinned certificate, oldest first, by address and port; then those that have. */
  private readonly strangers = new Map<string, Socket>();
  private readonly known = new Set<string>();
  private readonly journal = new StateJournal(systemClock);
  private readonly watchers: Watchers;

  constructor(private readonly parts: AdminParts) {
    this.calls = new CallLog(parts.logger);
    this.watchers = new Watchers(parts, () => systemClock.monotonicMs());
    this.complaints = new ComplaintLog(parts.logger, () => systemClock.monotonicMs());
  }

  /**
   * Listens; until `serve`, calls are refused as NODE_STARTING.
   * @returns the address, with the real port where 0 was asked for
   * @throws Refusal PORT_IN_USE
   */
  async listen(at: HostPort): Promise<HostPort> {
    const { home, logger, requestTimeoutMs = ADMIN_REQUEST_TIMEOUT_MS } = this.parts;
    const server = createServer({
      key: home.keyPem,
      cert: home.certificatePem,
      minVersion: 'TLSv1.3',
      // Asked of everyone and judged by fingerprint for each call: there is no authority that could have signed it.
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      keepAliveTimeout: ADMIN_KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(ADMIN_LOOK_MS, requestTimeoutMs),
    });
    server.timeout = ADMIN_STILL_MS;
    server.on('connection', (socket: Socket) => this.accept(socket));
    server.on('request', (request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        logger.error({ err: error }, 'an answer of the admin API could not be sent');
        request.socket.destroy();
      });
    });
    for (const event of ['tlsClientError', 'clientError'] as const) {
      server.on(event, (error: NodeJS.ErrnoException, socket: TLSSocket) => {
        // A client that goes away is nothing to tell; one that sends rubbish is.
        const client = socket.remoteAddress;
        if (error.code !== 'ECONNRESET') {
          this.complaints.tell({ client, code: error.code }, 'admin connection closed: malformed');
        }
        socket.destroy();
      });
    }
    this.server = server;
    return listenOn(server, at);
  }

  /** The node has started: from here calls reach it. */
  serve(operations: NodeOperations): void {
    this.operations = operations;
  }

  get isServing(): boolean {
    return this.operations !== null && !this.isStopping;
  }

  /** The node stops: `/healthz` says so, and calls are refused as SHUTTING_DOWN. */
  drain(): void {
    this.isStopping = true;
  }

  /** Lets calls in progress end for a short while, and closes. */
  async stop(): Promise<void> {
    this.drain();
    const { server } = this;
    if (!server?.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const deadline = setTimeout(() => server.closeAllConnections(), ADMIN_DRAIN_MS);
    await closed;
    clearTimeout(deadline);
  }

  private accept(socket: Socket): void {
    if (this.strangers.size + this.known.size >= ADMIN_CONNECTIONS_MAX) {
      const [oldest] = this.strangers.values();
      const closed = oldest ?? socket;
      this.complaints.tell({ client: closed.remoteAddress }, 'admin connection closed: too many');
      closed.destroy();
      this.strangers.delete(remoteOf(closed));
      if (closed === socket) return;
    }
    const key = remoteOf(socket);
    this.strangers.set(key, socket);
    socket.once('close', () => {
      if (this.strangers.get(key) === socket) this.strangers.delete(key);
      this.known.delete(key);
    });
  }

  /** @returns whether the client has shown a pinned certificate */
  private judge(request: IncomingMessage, fingerprint: string | null): boolean {
    const isPinned = fingerprint !== null && this.parts.home.isPinned(fingerprint);
    const key = remoteOf(request.socket);
    if (isPinned && this.strangers.delete(key)) this.known.add(key);
    return isPinned;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = parseTarget(request.url ?? '');
      const fingerprint = fingerprintOfClient(request.socket as TLSSocket);
      const isPinned = this.judge(request, fingerprint);
      const memory = new CallMemory(this.parts.budget, isPinned, response);
      if (request.method === 'GET' && url.pathname === '/healthz') return this.answerHealth(response);
      if (request.method === 'GET' && url.pathname === '/metrics') {
        if (!isPinned) this.requireReader(request);
        const { contentType, text } = await this.watchers.metrics();
        return await this.answerLarge(response, memory, contentType, text);
      }
      await this.answerCall(request, response, url, { fingerprint, isPinned, memory });
    } catch (error) {
      this.answerError(error, request, response);
    }
  }

  private async answerCall(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    { fingerprint, isPinned, memory }: Caller,
  ): Promise<void> {
    const method = request.method ?? '';
    const { route, uid, number } = findRoute(method, url.pathname);
    // Before a byte of the body is read.
    if (!isPinned && !route.isOpen) throw new Refusal('NOT_AUTHENTICATED', 'client certificate is not enrolled');
    if (isPinned && fingerprint) await this.judgeRevision(fingerprint, request, response);
    const bytesMax = isPinned ? ADMIN_BODY_BYTES_MAX : ENROL_BODY_BYTES_MAX;
    const call = {
      uid,
      number,
      query: url.searchParams,
      body: route.hasBody ? await readBody(request, bytesMax, (bytes) => memory.take(bytes)) : undefined,
      enrol: (body: unknown) => this.enrol(body, fingerprint),
      operations: () => this.operationsNow(),
      journal: this.journal,
    };
    const mark = decodeRequestMark(request.headers[REQUEST_HEADER]);
    const handle = () => duringCall(mark, () => route.handle(call));
    // What strangers are refused is nothing to tell, or they would fill the log.
    const answer = await (isPinned ? this.calls.tell(method, url.pathname, mark, handle) : handle());
    if (answer === undefined) response.writeHead(204).end();
    else await this.answerLarge(response, memory, 'application/json', JSON.stringify(answer));
  }

  private async answerLarge(
    response: ServerResponse,
    memory: CallMemory,
    contentType: string,
    text: string,
  ): Promise<void> {
    await memory.take(text.length);
    response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }).end(text);
  }

  /**
   * Whoever shows an older state than was shown before may look, and change nothing.
   * @throws Refusal CONTROLLER_OUTDATED, PARAMETER_INVALID
   */
  private async judgeRevision(
    clientFingerprint: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { home } = this.parts;
    const text = request.headers[REVISION_HEADER];
    const shown = decodeRevisionMark(text);
    if (shown === null && text !== undefined) throw new Refusal('PARAMETER_INVALID', REVISION_HEADER);
    if (shown !== null) await home.noteRevision(clientFingerprint, shown);
    const known = home.revisionOf(clientFingerprint);
    if (known !== null) response.setHeader(REVISION_HEADER, encodeRevisionMark(known));
    const isOutdated = shown !== null && known !== null && shown.id !== known.id;
    if (isOutdated && request.method !== 'GET') {
      throw new Refusal('CONTROLLER_OUTDATED', `revision ${shown.number}, known ${known.number}`);
    }
  }

  private async enrol(body: unknown, clientFingerprint: string | null): Promise<NodeIdentity> {
    const enrolment = checkShape(enrolRequest, body);
    if (clientFingerprint === null) throw new Refusal('NOT_AUTHENTICATED', 'no client certificate');
    // Before the secret is used up: a node that is still starting cannot say how it is reached.
    const { identity } = this.parts;
    identity();
    await this.parts.home.enrol(enrolment, clientFingerprint);
    this.parts.logger.info({ controller: enrolment.controllerName, clientFingerprint }, 'control plane enrolled');
    return identity();
  }

  private operationsNow(): NodeOperations {
    if (this.isStopping) throw new Refusal('SHUTTING_DOWN');
    if (!this.operations) throw new Refusal('NODE_STARTING');
    return this.operations;
  }

  private answerHealth(response: ServerResponse): void {
    if (!this.isServing) {
      return answerJson(response, 503, { status: this.isStopping ? 'stopping' : 'starting', checks: [] });
    }
    const report = this.watchers.health();
    answerJson(response, report.status === 'failed' ? 503 : 200, report);
  }

  private requireReader({ socket, headers }: IncomingMessage): void {
    const { remoteAddress: address } = socket;
    requireMetricsReader(this.parts.metricsToken ?? null, { address, authorization: headers.authorization });
  }

  private answerError(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    let refusal: Refusal;
    if (isRefusal(error)) {
      refusal = error;
    } else {
      this.parts.logger.error({ err: error, method: request.method, url: request.url }, 'admin call failed');
      refusal = new Refusal('INTERNAL');
    }
    // What was not read of the body would be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    const { code, message, details, row } = refusal;
    answerJson(response, row.status, { error: { code, message, details } } satisfies NodeRefusal);
  }
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

function remoteOf(socket: Socket): string {
  return formatHostPort({ host: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 });
}

function parseTarget(target: string): URL {
  const url = target.startsWith('/') ? URL.parse(`https://node${target}`) : null;
  if (!url || url.host !== 'node') throw new Refusal('RESOURCE_NOT_FOUND', target.slice(0, 200));
  return url;
}

function fingerprintOfClient(socket: TLSSocket): string | null {
  const certificate = socket.getPeerX509Certificate();
  return certificate ? fingerprintOf(certificate.raw) : null;
}
