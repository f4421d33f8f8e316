/** Our OpenAPI document, read for tests: its calls, and what its schemas allow. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, OperationAnswer>>;
}

interface OperationAnswer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
  readonly 'x-error-codes'?: unknown;
}

export interface Call {
  /** `POST /api/v1/volume` */
  readonly name: string;
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  readonly path: string;
  readonly operation: Operation;
}

export function callsOf(document: OpenAPIObject): Call[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method as Call['method'],
      path,
      operation,
    })),
  );
}

export function bodyOf({ operation }: Call): Schema | null {
  return operation.requestBody?.content['application/json']?.schema ?? null;
}

/** What a schema refers to, or the schema itself. */
export function resolve(document: OpenAPIObject, schema: Schema): Schema {
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]!.$ref : undefined);
  if (reference === undefined) return schema;
  return document.components!.schemas![reference.split('/').at(-1)!] as Schema;
}

const partialLists = new WeakMap<Schema, Schema>();

/** The schema of a list asked for with `fields`: entries have only those. */
export function withFields(document: OpenAPIObject, list: Schema): Schema {
  const known = partialLists.get(list);
  if (known) return known;
  const properties = Object.entries(list.properties ?? {}).map(([name, schema]) => {
    if (schema.items?.$ref === undefined) return [name, schema];
    return [name, { ...schema, items: { ...resolve(document, schema.items), required: [] } }];
  });
  const partial = { ...list, properties: Object.fromEntries(properties) as Record<string, Schema> };
  partialLists.set(list, partial);
  return partial;
}

/** Judges values by schemas of the document, strictly: a field that is not documented is wrong. */
export function validatorOf(document: OpenAPIObject): {
  isValid: (schema: Schema, value: unknown) => boolean;
  /** What is wrong with the value, in words; empty when nothing is. */
  problems: (schema: Schema, value: unknown) => string;
} {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('double', true).addFormat('password', true);
  const $defs = mapValues((document.components?.schemas ?? {}) as Record<string, Schema>, asJsonSchema);
  ajv.addSchema({ $id: 'components', $defs });
  const compiled = new Map<Schema, ValidateFunction>();
  const validatorFor = (schema: Schema): ValidateFunction => {
    const known = compiled.get(schema);
    if (known) return known;
    const made = ajv.compile(asStrict(schema));
    compiled.set(schema, made);
    return made;
  };
  return {
    isValid: (schema, value) => validatorFor(schema)(value),
    problems: (schema, value) => {
      const validate = validatorFor(schema);
      return validate(value) ? '' : ajv.errorsText(validate.errors, { dataVar: 'answer' });
    },
  };
}

/** The schema of a value by itself: what no part of it describes must not be there. */
function asStrict(schema: Schema): object {
  return { ...asJsonSchema(schema), unevaluatedProperties: false };
}

/** OpenAPI 3.0 says `nullable` where JSON schema says null. */
function asJsonSchema({ nullable = false, ...schema }: Schema): object {
  if (schema.$ref !== undefined) return { $ref: schema.$ref.replace('#/components/schemas/', 'components#/$defs/') };
  const { allOf, items, properties, additionalProperties } = schema;
  const plain = {
    ...schema,
    ...(allOf && { allOf: allOf.map(asJsonSchema) }),
    ...(items && { items: asStrict(items) }),
    ...(properties && { properties: mapValues(properties, asStrict) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: asStrict(additionalProperties) }),
  };
  return nullable ? { anyOf: [{ type: 'null' }, plain] } : plain;
}

function mapValues(schemas: Readonly<Record<string, Schema>>, change: (schema: Schema) => object): object {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]));
}
