import type { IncomingMessage } from 'node:http';
import type { Params } from 'nestjs-pino';
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
          res: ({ statusCode }: Record<string, unknown>) => ({ statusCode }),
        },
      },
      process.stderr,
    ],
  };
}
