/** The OpenAPI document, made from the decorators of the controllers. */
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import swaggerUi from 'swagger-ui-express';

export function buildDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Evenkeel')
    .setDescription(
      'Keeps block volumes on distant storage nodes equal. Changes are jobs: they answer 202 with a job_id, or wait for its end with ?wait=.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of POST /api/v1/session.' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory });
  sayInteger(document);
  return document;
}

/** TypeScript only knows numbers. Ours are whole, unless a property says `format: 'double'`. */
function sayInteger(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as { type?: unknown; format?: unknown };
  if (schema.type === 'number' && schema.format === undefined) schema.type = 'integer';
  for (const inner of Object.values(node)) sayInteger(inner);
}

/** `CopySessionController.suspend` is `suspendCopySession`: what a generated client calls its methods. */
function operationIdFactory(controller: string, method: string): string {
  return `${method}${controller.replace(/Controller$/, '')}`;
}

/** The console at /docs, with its own scripts, and the document at /openapi.json. */
export function serveDocument(app: NestExpressApplication): void {
  let document: OpenAPIObject | undefined;
  const made = (): OpenAPIObject => (document ??= buildDocument(app));
  SwaggerModule.setup('docs', app, made, {
    ui: false,
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
  });
  let page: RequestHandler | undefined;
  const makePage: RequestHandler = (_request, _response, next) => {
    page ??= swaggerUi.setup(made(), {
      customSiteTitle: 'Evenkeel',
      swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
    });
    next();
  };
  const servePage: RequestHandler = (request, response, next) =>
    request.path === '/' ? page?.(request, response, next) : next();
  // The page is made first: with it comes the script that serve answers with.
  app.use('/docs', makePage, ...swaggerUi.serve, servePage);
}
