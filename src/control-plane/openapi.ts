/** The OpenAPI document, made from the decorators of the controllers. */
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { serveConsole } from './console/serve-console.js';
import { completeDocument } from './http/document-completion.js';

/** What belongs together, in the order of the console. */
const TAGS: Readonly<Record<string, string>> = {
  volume: 'Volumes: what hosts attach.',
  copysession: 'Copy sessions keep a volume of another node equal to one of this node.',
  consistencygroup: 'Volumes of one node whose writes keep one order at every destination.',
  node: 'Storage nodes: they keep the volumes, and serve them to hosts over NBD.',
  event: 'What happened, in the order in which it became known.',
  job: 'Changes are jobs. Success means established, not copied; a job that fails leaves nothing behind.',
  storagesystem: 'The whole installation.',
  session: 'Logging in: bearer tokens for 30 minutes.',
  user: 'Users and their roles.',
  token: 'API tokens: logins of machines.',
  audit: 'Who changed what.',
};

const DESCRIPTION =
  'Keeps block volumes on distant storage nodes equal. Log in with POST /api/v1/session and send the token as "Authorization: Bearer …". ' +
  'Changes are jobs: they answer 202 with a job_id, or wait for its end with ?wait=. Every error has a stable number and name: each answer ' +
  'lists its own, here and as x-error-codes. Times are ISO 8601 in UTC; capacity and *_size are MiB, with the bytes beside them.';

export function buildDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Evenkeel')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'Where this document comes from.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of POST /api/v1/session.' })
    .addSecurityRequirements('bearer');
  for (const [name, description] of Object.entries(TAGS)) config.addTag(name, description);
  const document = SwaggerModule.createDocument(app, config.build(), { operationIdFactory });
  // An empty one, which the builder puts there.
  delete document.info.contact;
  completeDocument(document);
  return document;
}

/**
 * What a generated client calls its methods: `VolumeController.create` is `createVolume`, `list` is `listVolumes`, `deleteMany` is
 * `deleteVolumes`. A call whose method does not say it gives its `operationId` itself.
 */
function operationIdFactory(controller: string, method: string): string {
  const resource = controller.replace(/Controller$/, '');
  const isMany = method === 'list' || method.endsWith('Many');
  return method.replace(/Many$/, '') + (isMany ? plural(resource) : resource);
}

function plural(resource: string): string {
  return resource.endsWith('y') ? `${resource.slice(0, -1)}ies` : `${resource}s`;
}

/** The document at /openapi.json, and the console at /docs. */
export function serveDocument(app: NestExpressApplication): void {
  let document: OpenAPIObject | undefined;
  const made = (): OpenAPIObject => (document ??= buildDocument(app));
  SwaggerModule.setup('docs', app, made, {
    ui: false,
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
  });
  serveConsole(app, made);
}
