import type { IncomingMessage } from 'node:http';
import type { Params } from 'nestjs-pino';
import { stdSerializers } from 'pino';
import type { Settings } from './settings.js';

/** Paths whose values never reach a log. Bodies are not logged at all. */
const SECRETS = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.token',
  '*.refresh_token',
  '*.enrolment_token',
];

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

/** One JSON line for each request and each thing worth telling, on the standard error: the standard output is for results. */
export function loggerOptions(level: Settings['logLevel']): Params {
  return {
    pinoHttp: [
      {
        level,
        hooks: {
          logMethod(args, log, number) {
            const { context } = args[0] as { context?: string };
            if (number > INFO || context === undefined || !CHATTER.has(context)) log.apply(this, args);
          },
        },
        redact: { paths: SECRETS, censor: '***' },
        genReqId: (request: IncomingMessage & { id?: unknown }) => String(request.id ?? ''),
        customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'warn' : 'debug'),
        serializers: {
          req: ({ id, method, url, remoteAddress }: Record<string, unknown>) => ({ id, method, url, remoteAddress }),
          err: errorForLog,
          res: ({ statusCode }: Record<string, unknown>) => ({ statusCode }),
        },
      },
      process.stderr,
    ],
  };
}
