/**
 * Serves the admin API, `/healthz` and `/metrics` over HTTPS with the node's own certificate. The control plane is known by the
 * fingerprint of its client certificate, pinned at enrolment; nobody else gets past `/v1/enrol`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { fingerprintOf } from '../../node-api/certificate.js';
import type { NodeIdentity, NodeRefusal } from '../../node-api/contract.js';
import type { HostPort } from '../config/host-port.js';
import {
  ADMIN_BODY_BYTES_MAX,
  ADMIN_CONNECTIONS_MAX,
  ADMIN_DRAIN_MS,
  ADMIN_KEEP_ALIVE_MS,
  ADMIN_REQUEST_TIMEOUT_MS,
  ENROL_BODY_BYTES_MAX,
} from '../config/limits.js';
import { listenOn } from '../config/listen.js';
import type { NodeHome } from '../identity/node-home.js';
import { checkShape } from '../shape/shape.js';
import type { NodeOperations } from './node-operations.js';
import { readBody } from './request-body.js';
import { findRoute } from './routes.js';
import { enrolRequest } from '../shape/node-spec.js';

export interface AdminParts {
  readonly home: NodeHome;
  readonly logger: Logger;
  identity(): NodeIdentity;
  /** Prometheus text, made at each scrape. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export class AdminServer {
  private server: Server | null = null;
  private operations: NodeOperations | null = null;
  private isStopping = false;

  constructor(private readonly parts: AdminParts) {}

  /**
   * Listens; until `serve`, calls are refused as NODE_STARTING.
   * @returns the address, with the real port where 0 was asked for
   * @throws Refusal PORT_IN_USE
   */
  async listen(at: HostPort): Promise<HostPort> {
    const { home, logger } = this.parts;
    const server = createServer({
      key: home.keyPem,
      cert: home.certificatePem,
      minVersion: 'TLSv1.3',
      // Asked of everyone and judged by fingerprint for each call: there is no authority that could have signed it.
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: ADMIN_REQUEST_TIMEOUT_MS,
      requestTimeout: ADMIN_REQUEST_TIMEOUT_MS,
      headersTimeout: ADMIN_REQUEST_TIMEOUT_MS,
      keepAliveTimeout: ADMIN_KEEP_ALIVE_MS,
    });
    server.maxConnections = ADMIN_CONNECTIONS_MAX;
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
        if (error.code !== 'ECONNRESET')
          logger.warn({ client, code: error.code }, 'admin connection closed: malformed');
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

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = parseTarget(request.url ?? '');
      if (request.method === 'GET' && url.pathname === '/healthz') return this.answerHealth(response);
      if (request.method === 'GET' && url.pathname === '/metrics') return await this.answerMetrics(response);
      await this.answerCall(request, response, url);
    } catch (error) {
      this.answerError(error, request, response);
    }
  }

  private async answerCall(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const clientFingerprint = fingerprintOfClient(request.socket as TLSSocket);
    const isPinned = clientFingerprint !== null && this.parts.home.isPinned(clientFingerprint);
    const { route, uid } = findRoute(request.method ?? '', url.pathname);
    // Before a byte of the body is read.
    if (!isPinned && !route.isOpen) throw new Refusal('NOT_AUTHENTICATED', 'client certificate is not enrolled');
    const bytesMax = isPinned ? ADMIN_BODY_BYTES_MAX : ENROL_BODY_BYTES_MAX;
    const answer = await route.handle({
      uid,
      query: url.searchParams,
      body: route.hasBody ? await readBody(request, bytesMax) : undefined,
      enrol: (body) => this.enrol(body, clientFingerprint),
      operations: () => this.operationsNow(),
    });
    if (answer === undefined) response.writeHead(204).end();
    else answerJson(response, 200, answer);
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
    const status = this.isStopping ? 'stopping' : this.isServing ? 'ok' : 'starting';
    answerJson(response, status === 'ok' ? 200 : 503, { status });
  }

  private async answerMetrics(response: ServerResponse): Promise<void> {
    const { contentType, text } = await this.parts.metrics();
    response.writeHead(200, { 'content-type': contentType }).end(text);
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

function parseTarget(target: string): URL {
  const url = target.startsWith('/') ? URL.parse(`https://node${target}`) : null;
  if (!url || url.host !== 'node') throw new Refusal('RESOURCE_NOT_FOUND', target.slice(0, 200));
  return url;
}

function fingerprintOfClient(socket: TLSSocket): string | null {
  const certificate = socket.getPeerX509Certificate();
  return certificate ? fingerprintOf(certificate.raw) : null;
}
