import type { Params } from 'nestjs-pino';
import { stdSerializers, stdTimeFunctions } from 'pino';
import { requestContext } from './http/request-context.js';
import type { Settings } from './settings.js';

/** Paths whose values never reach a log. Bodies and headers are not logged at all. */
const SECRETS = ['password', 'current_password', 'new_password', 'token', 'refresh_token', 'enrolment_token'].map(
  (name) => `*.${name}`,
);

/** What Nest tells of every route and module at each start. */
const CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);
const INFO = 30;

/** Where errors of the database carry what was written to it. */
const DATA_OF_ERRORS = new Set(['parameters', 'query', 'detail', 'where', 'internalQuery', 'driverError']);

/** An error as it is logged: all that it says of itself, nothing of the data that it met, which may be secret. */
export function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return Object.fromEntries(Object.entries(stdSerializers.err(error)).filter(([name]) => !DATA_OF_ERRORS.has(name)));
}

/**
 * One JSON line for each thing worth telling, on the standard error: the standard output is for results. The fields are those of
 * docs/monitoring.md; what is told while a request is served carries its id.
 * @param name of the process
 */
export function loggerOptions(level: Settings['logLevel'], name: 'api' | 'worker'): Params {
  return {
    renameContext: 'component',
    // Requests are told of by http/request-log.ts.
    forRoutes: [],
    pinoHttp: [
      {
        level,
        base: { name },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        mixin() {
          const requestId = requestContext()?.requestId;
          return requestId === undefined ? {} : { request_id: requestId };
        },
        hooks: {
          logMethod(args, log, number) {
            const { component } = args[0] as { component?: string };
            if (number > INFO || component === undefined || !CHATTER.has(component)) log.apply(this, args);
          },
        },
        redact: { paths: SECRETS, censor: '***' },
        serializers: { err: errorForLog },
        wrapSerializers: false,
      },
      process.stderr,
    ],
  };
}
