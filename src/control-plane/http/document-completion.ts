/** Says in the OpenAPI document what decorators do not: meanings and examples of the glossary, whole numbers, the range of ids. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { FIELD_GLOSSARY } from './field-glossary.js';

interface Schema {
  type?: string;
  format?: string;
  description?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  $ref?: string;
  allOf?: { $ref?: string }[];
  items?: Schema;
  required?: string[];
  properties?: Record<string, Schema>;
}

/** Fields that make an example of a body worth sending, beside those that are required. */
const BODY_EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ChangeGroupBody: { volume_id_list: [1, 2, 3] },
  ChangeNodeBody: { is_in_maintenance: true },
  ChangeUserBody: { role: 'operator' },
  ChangeSessionBody: { transfer_mode: 'Consistency' },
  ChangeVolumeBody: { capacity: 2048 },
  CreateSessionBody: { destination: { node_id: 2 } },
  CreateVolumeBody: { capacity: 1024 },
};

interface RequestBody {
  required?: boolean;
  content?: Record<string, { schema: Schema }>;
}

interface Parameter {
  name: string;
  in: string;
  description?: string;
  example?: unknown;
  schema?: Schema;
}

export function completeDocument(document: OpenAPIObject): void {
  walk(document, (node) => {
    const schema = node as Schema;
    // TypeScript only knows numbers. Ours are whole, unless a property says `format: 'double'`.
    if (schema.type === 'number' && schema.format === undefined) schema.type = 'integer';
  });
  walk(document, ({ properties, parameters }) => {
    for (const [name, schema] of Object.entries((properties ?? {}) as Record<string, Schema>)) {
      completeProperty(name, schema);
    }
    for (const parameter of (parameters ?? []) as Parameter[]) completeParameter(parameter);
  });
  walk(document, sayRole);
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  walk(document.paths, ({ requestBody }) => completeBody(requestBody as RequestBody | undefined, schemas));
  for (const [name, schema] of Object.entries(schemas)) {
    if (name.endsWith('Body')) schema.example = { ...bodyExample(schema, schemas), ...BODY_EXAMPLES[name] };
  }
}

/** For people what `x-role` says to programs. */
function sayRole(node: Record<string, unknown>): void {
  const { 'x-role': role, description } = node;
  if (typeof role !== 'string') return;
  const sentence = role === 'open' ? 'Needs no token.' : `Needs the role ${role}.`;
  node['description'] = typeof description === 'string' ? `${description} ${sentence}` : sentence;
}

/** A body of which nothing is required may be left out as a whole. */
function completeBody(body: RequestBody | undefined, schemas: Record<string, Schema>): void {
  const reference = body?.content?.['application/json']?.schema.$ref;
  if (body === undefined || reference === undefined) return;
  body.required = (schemas[nameIn(reference)]?.required ?? []).length > 0;
}

function nameIn(reference: string): string {
  return reference.split('/').at(-1)!;
}

/** What the console offers to send: the required fields. */
function bodyExample({ required = [], properties = {} }: Schema, schemas: Record<string, Schema>): object {
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name]!, schemas)]));
}

function exampleOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  const inner = schema.allOf?.[0]?.$ref ?? schema.$ref;
  if (inner !== undefined) return exampleOf(schemas[nameIn(inner)]!, schemas);
  if (schema.properties) return bodyExample(schema, schemas);
  return schema.example ?? schema.default ?? schema.enum?.[0];
}

function walk(node: unknown, visit: (node: Record<string, unknown>) => void): void {
  if (typeof node !== 'object' || node === null) return;
  visit(node as Record<string, unknown>);
  for (const inner of Object.values(node)) walk(inner, visit);
}

function completeProperty(name: string, schema: Schema): void {
  const meaning = FIELD_GLOSSARY[name];
  if (meaning === undefined) return;
  const { $ref } = schema;
  if ($ref !== undefined) {
    // Beside a reference nothing else counts.
    delete schema.$ref;
    schema.allOf = [{ $ref }];
  }
  schema.description ??= meaning.description;
  if (needsExample(schema) && fits(meaning.example, schema)) schema.example = meaning.example;
}

function completeParameter(parameter: Parameter): void {
  const meaning = FIELD_GLOSSARY[parameter.name];
  const { schema = {} } = parameter;
  if (parameter.in === 'path' && schema.type === 'integer') schema.minimum = 1;
  if (schema.type === 'array') parameter.description ??= `One or more, repeated. ${meaning?.description ?? ''}`.trim();
  else parameter.description ??= meaning?.description;
  if (parameter.in === 'path' && meaning?.example !== undefined) parameter.example = meaning.example;
}

/** Choices, yes and no, defaults and other schemas are their own examples. */
function needsExample({ type, example, enum: choices, default: otherwise, allOf, items }: Schema): boolean {
  const isPlain = choices === undefined && allOf === undefined && items?.$ref === undefined;
  return example === undefined && otherwise === undefined && isPlain && type !== 'boolean';
}

function fits(example: unknown, { type }: Schema): boolean {
  if (example === undefined) return false;
  if (type === 'array') return Array.isArray(example);
  return type === 'integer' || type === 'number' ? typeof example === 'number' : typeof example === type;
}
