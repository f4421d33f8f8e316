/** The health and the metrics of a worker that runs alone: it has no API, so this is all that it serves. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { isRefusal, type Refusal } from '../../errors/refusal.js';
import { TLS_RULES, type Certificate } from '../certificate.js';
import { errorAnswer } from '../http/error-answer.js';
import { addDatabaseMetrics } from './database-metrics.js';
import { httpStatusOf } from './health.controller.js';
import { requireMetricsReader } from '../../node-api/metrics-reader.js';
import { Readiness } from './readiness.js';

export interface Watched {
  readonly registry: Registry;
  readonly database: DataSource;
  readonly metricsToken: string | null;
  readonly tls: Certificate | null;
}

/** The caller listens and closes. */
export function makeWatchServer({ registry, database, metricsToken, tls }: Watched): Server {
  const readiness = new Readiness(database);
  const askDatabase = addDatabaseMetrics(registry, database);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.method === 'GET' ? request.url?.split('?')[0] : undefined;
    if (path === '/health/live') return answerJson(response, 200, { status: 'ok' });
    if (path === '/health/ready') {
      const report = await readiness.look();
      return answerJson(response, httpStatusOf(report), report);
    }
    if (path !== '/metrics')
      return answerJson(response, 404, { message: 'Here are /health/live, /health/ready and /metrics' });
    const { remoteAddress: address } = request.socket;
    requireMetricsReader(metricsToken, { address, authorization: request.headers.authorization });
    await askDatabase();
    response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      if (isRefusal(error)) answerJson(response, error.row.status, errorAnswer(error as Refusal, ''));
      else response.destroy();
    });
  };
  return tls === null
    ? createHttpServer(listener)
    : createHttpsServer({ cert: tls.cert, key: tls.key, ...TLS_RULES }, listener);
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
