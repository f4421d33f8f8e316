/** The TypeScript types of an OpenAPI document, formatted like the rest of the tree. */
import openapiTypescript, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const HEAD = '/** Generated from openapi/openapi.json by `npm run write-api-client`. */\n';

/**
 * @param document JSON
 * @param file that the types will be in; the prettier settings of its folder hold
 */
export async function apiSchema(document: string, file: string): Promise<string> {
  // A field with a default may be left out of a request.
  const types = astToString(await openapiTypescript(document, { defaultNonNullable: false }));
  return format(HEAD + types, { ...(await resolveConfig(file)), parser: 'typescript' });
}
