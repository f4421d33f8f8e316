/** The console at /docs: Swagger UI over our own document, with a login, and with nothing that is loaded from elsewhere. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import swaggerUi from 'swagger-ui-express';
import { loginBar, loginForm, triedLogin } from './login-bar.js';

interface Operation {
  get(name: 'path' | 'method'): string;
}

const STYLE = `
  .swagger-ui .topbar, .swagger-ui .scheme-container { display: none }
  .swagger-ui .info { margin: 24px 0 16px }
  .swagger-ui .opblock-tag { font-size: 17px; line-height: 1.2; padding: 2px 12px; margin: 0 }
  .swagger-ui .opblock-tag small { font-size: 14px }
  .swagger-ui .opblock-tag-section.is-open { padding-bottom: 16px }
  .swagger-ui .opblock { margin: 0 0 8px }
  .swagger-ui .opblock .opblock-summary-description { font-size: 14px }
  .swagger-ui .parameters-col_description input { font-size: 14px; padding: 6px 8px }
  .swagger-ui .parameter__name, .swagger-ui .parameters-col_description { font-size: 14px }
  .swagger-ui .body-param textarea { min-height: 130px; height: 130px }
  /* Twenty lines that are the same for every call. */
  .swagger-ui .live-responses-table div:has(> pre > .headerline) { display: none }
  .login-bar { display: flex; gap: 16px; align-items: center; flex-wrap: wrap; margin: 0 0 24px; font: 14px sans-serif }
  .swagger-ui .login-bar input { margin: 0 }
  .login-bar .complaint { color: #c00 }
`;

/** A resource before what is below it, reading before changing. Runs in the browser, so it stands on its own. */
function byPath(one: Operation, other: Operation): number {
  const methods = ['get', 'post', 'patch', 'delete'];
  const keyOf = (operation: Operation): string =>
    `${operation.get('path').replaceAll('{', ' ')} ${methods.indexOf(operation.get('method'))}`;
  return keyOf(one) < keyOf(other) ? -1 : 1;
}

const OPTIONS = {
  customSiteTitle: 'Evenkeel',
  customCss: STYLE,
  swaggerOptions: {
    plugins: [loginForm, loginBar, triedLogin],
    persistAuthorization: true,
    displayRequestDuration: true,
    // Whoever opens a call means to try it.
    tryItOutEnabled: true,
    // The resources in one view; the address of the page leads to a call.
    docExpansion: 'none',
    deepLinking: true,
    operationsSorter: byPath,
    // What a call takes and answers stands at the call.
    defaultModelsExpandDepth: -1,
    defaultModelExpandDepth: 2,
  },
};

/** @param document made at the first request, since that takes a while */
export function serveConsole(app: NestExpressApplication, document: () => OpenAPIObject): void {
  let page: RequestHandler | undefined;
  const makePage: RequestHandler = (_request, _response, next) => {
    page ??= swaggerUi.setup(document(), OPTIONS);
    next();
  };
  const servePage: RequestHandler = (request, response, next) =>
    request.path === '/' ? page?.(request, response, next) : next();
  // The page is made first: with it comes the script that serve answers with.
  app.use('/docs', makePage, ...swaggerUi.serve, servePage);
}
