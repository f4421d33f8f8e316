/** Builds the API's Nest application: one way for the process, the tests and the OpenAPI document. */
import type { Server } from 'node:http';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { Logger } from 'nestjs-pino';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { ApiModule, type ApiSettings } from './api.module.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { TLS_RULES } from './certificate.js';
import { makeDataSource } from './database/data-source.js';
import { DATABASE_PARTS } from './entities.js';
import { Metrics } from './health/metrics.js';
import { parseJson, requireJson, requireTameInput } from './http/body-rules.js';
import { ErrorFilter, outsideOfRoutes } from './http/error-filter.js';
import { openRequestContext } from './http/request-context.js';
import { logRequest } from './http/request-log.js';
import { answerUnreadable } from './http/unreadable-request.js';
import { buildDocument, serveDocument } from './openapi.js';
import type { Settings } from './settings.js';

const API_PREFIX = 'api/v1';

/** @param more modules beside the usual ones */
export async function createApi(
  database: DataSource,
  settings: ApiSettings & Pick<Settings, 'tls'>,
  more: readonly Type[] = [],
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.of(database, settings, more), {
    bodyParser: false,
    bufferLogs: true,
    ...(settings.tls && { httpsOptions: { cert: settings.tls.cert, key: settings.tls.key, ...TLS_RULES } }),
  });
  app.useLogger(app.get(Logger));
  app.set('trust proxy', settings.trustedProxies ?? []);
  answerUnreadable(app.getHttpServer() as Server);
  configureApi(app, settings.tls !== null);
  app.use(app.get(Metrics).measure, app.get(AuditInterceptor).watch);
  app.use(requireJson, parseJson, requireTameInput);
  serveDocument(app);
  await app.init();
  app.use(...outsideOfRoutes(new ErrorFilter()));
  return app;
}

/** The OpenAPI document of an application that has no database and serves nothing. */
export async function describeApi(): Promise<OpenAPIObject> {
  const database = makeDataSource('postgresql://nowhere', DATABASE_PARTS);
  const settings = { logLevel: 'silent', requestsPerMinute: 1 } as const;
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.of(database, settings), {
    preview: true,
    logger: false,
  });
  configureApi(app, false);
  return buildDocument(app);
}

/** What also the document depends on, so also done for an application without a database. */
function configureApi(app: NestExpressApplication, isTls: boolean): void {
  app.setGlobalPrefix(API_PREFIX, { exclude: ['health/live', 'health/ready', 'metrics'] });
  app.disable('x-powered-by');
  // Repeated names become arrays; nothing becomes an object.
  app.set('query parser', 'simple');
  app.use(openRequestContext, logRequest);
  // Answers hold tokens, and what holds now.
  app.use(`/${API_PREFIX}`, (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use(
    helmet({
      // The console must load its scripts over plain HTTP on loopback.
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: isTls ? [] : null } },
      strictTransportSecurity: isTls,
    }),
  );
}
