/**
 * Lists, the same for every resource: ascending id, pages by `max_records` and `last_get_id`, chosen `fields`, repeated filters. A
 * resource describes its list once (`describeList`); the call is documented by `@ListCall`, reads its query by `@ListQuery`, and is
 * answered by `readList`.
 */
import { applyDecorators, createParamDecorator, HttpCode, type ExecutionContext, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { Request } from 'express';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { RefusalDetail } from '../../errors/refusal.js';
import { operationOf, Refuses, type CallDescription } from './answers.js';
import { INSTANT_RULE, parseInstant } from './instant.js';
import { ID_MAX } from './resource-id.js';
import { refuseFields } from './validation.js';

const RECORDS_DEFAULT = 100;
const RECORDS_MAX = 1000;
/** Values of one filter; more is no longer a question about single resources. */
export const FILTER_VALUES_MAX = 100;

export interface Filter {
  /** Column in the query, with its alias: `volume.status`. */
  readonly column: string;
  /** What may be asked for; any text when absent. */
  readonly values?: readonly string[];
  /** An integer column: ids and numbers. */
  readonly isInteger?: boolean;
  /** An array column: any of its elements may be the value. */
  readonly isArray?: boolean;
  /** A column of times, which are to be later or earlier than the one that is given. */
  readonly bound?: '>' | '<';
  readonly description?: string;
}

export interface ListDescription {
  /** Name in the path and in `<resource>_list`. */
  readonly resource: string;
  readonly view: Type;
  /** Fields that every entry carries, whatever `fields` says. */
  readonly idFields: readonly string[];
  readonly fields: readonly string[];
  readonly filters: Readonly<Record<string, Filter>>;
  /** `after` says the same as `last_get_id`: the resource's entries come one after the other, for good. */
  readonly hasAfter?: boolean;
  /** Of ids that are not PostgreSQL's. */
  readonly idMax?: number;
}

export interface ListRequest {
  readonly maxRecords: number;
  readonly lastGetId: number;
  /** Null is all. */
  readonly fields: ReadonlySet<string> | null;
  readonly filters: ReadonlyMap<Filter, readonly (string | number)[]>;
  /** Path and query of the next page, up to the id. */
  readonly nextHref: (lastId: number) => string;
}

export interface ListAnswer {
  total_count: number;
  list_count: number;
  next_href?: string;
  [resourceList: `${string}_list`]: unknown[];
}

/** @param view the class of one entry; its documented properties are the fields */
export function describeList(description: Omit<ListDescription, 'fields' | 'idFields'>): ListDescription {
  // Where @nestjs/swagger keeps the names of a class's documented properties, each with a colon before it.
  const keys = (Reflect.getMetadata('swagger/apiModelPropertiesArray', description.view.prototype) ?? []) as string[];
  const fields = keys.map((key) => key.slice(1));
  return { ...description, fields, idFields: [`${description.resource}_id`] };
}

export function ListCall(list: ListDescription, call: CallDescription): MethodDecorator {
  const key = `${list.resource}_list`;
  return applyDecorators(
    HttpCode(200),
    ApiOperation(operationOf(call)),
    ApiQuery({
      name: 'max_records',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: RECORDS_MAX, default: RECORDS_DEFAULT },
    }),
    ApiQuery({
      name: 'last_get_id',
      required: false,
      description: 'Entries after this id.',
      schema: { type: 'integer', minimum: 0 },
    }),
    ...(list.hasAfter
      ? [
          ApiQuery({
            name: 'after',
            required: false,
            description: 'As last_get_id.',
            schema: { type: 'integer', minimum: 0 },
          }),
        ]
      : []),
    ApiQuery({
      name: 'fields',
      required: false,
      description: 'Names, separated by commas; ids are always present.',
      schema: { type: 'string' },
    }),
    ...Object.entries(list.filters).map(([name, filter]) =>
      ApiQuery({
        name,
        required: false,
        ...(filter.description && { description: filter.description }),
        schema: filter.bound
          ? { type: 'string', format: 'date-time' }
          : {
              type: 'array',
              items: {
                type: filter.isInteger ? 'integer' : 'string',
                ...(filter.values && { enum: [...filter.values] }),
              },
            },
      }),
    ),
    ApiExtraModels(list.view),
    ApiResponse({
      status: 200,
      description: call.summary,
      schema: {
        type: 'object',
        required: ['total_count', 'list_count', key],
        properties: {
          total_count: { type: 'integer', description: 'All that match the filters.' },
          list_count: { type: 'integer', description: 'Those in this answer.' },
          [key]: { type: 'array', description: 'By ascending id.', items: { $ref: getSchemaPath(list.view) } },
          next_href: { type: 'string', description: 'The next page, when there is one.' },
        },
      },
    }),
    Refuses(call),
  );
}

/** `@ListQuery(VOLUME_LIST) request: ListRequest` */
export const ListQuery = createParamDecorator((list: ListDescription, context: ExecutionContext): ListRequest => {
  const request = context.switchToHttp().getRequest<Request>();
  return readListRequest(list, request.path, request.query as Record<string, string | string[]>);
});

function readListRequest(
  list: ListDescription,
  path: string,
  query: Readonly<Record<string, string | readonly string[]>>,
): ListRequest {
  const wrong: RefusalDetail[] = [];
  const refuse = (parameter: string, message: string, code: RefusalDetail['code'] = 'PARAMETER_INVALID'): void => {
    const shown = parameter.slice(0, 200);
    wrong.push({ parameter: shown, code, message: `${shown} ${message}` });
  };
  const integer = (name: string, min: number, max: number, otherwise: number): number => {
    const text = query[name];
    if (text === undefined) return otherwise;
    const value = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    refuse(name, `must be a whole number from ${min} to ${max}`);
    return otherwise;
  };
  const filters = new Map<Filter, (string | number)[]>();
  for (const [name, given] of Object.entries(query)) {
    if (name === 'max_records' || name === 'fields' || isCursor(list, name)) continue;
    const filter = Object.hasOwn(list.filters, name) ? list.filters[name] : undefined;
    if (!filter) refuse(name, 'is not known', 'PARAMETER_UNKNOWN');
    else
      filters.set(
        filter,
        filterValues(filter, [given].flat(), (message) => refuse(name, message)),
      );
  }
  const fields = query['fields'] === undefined ? null : chosenFields(list, [query['fields']].flat().join(','), refuse);
  const maxRecords = integer('max_records', 1, RECORDS_MAX, RECORDS_DEFAULT);
  const cursors = ['last_get_id', 'after'].filter((name) => isCursor(list, name));
  const lastGetId = Math.max(...cursors.map((name) => integer(name, 0, list.idMax ?? ID_MAX, 0)));
  if (wrong.length > 0) throw refuseFields(wrong);
  const nextHref = (lastId: number): string => {
    const next = new URLSearchParams();
    for (const [name, given] of Object.entries(query)) {
      if (!isCursor(list, name)) for (const value of [given].flat()) next.append(name, value);
    }
    next.set('last_get_id', String(lastId));
    return `${path}?${next}`;
  };
  return { maxRecords, lastGetId, fields, filters, nextHref };
}

function isCursor({ hasAfter = false }: ListDescription, name: string): boolean {
  return name === 'last_get_id' || (hasAfter && name === 'after');
}

function filterValues(
  filter: Filter,
  given: readonly string[],
  refuse: (message: string) => void,
): (string | number)[] {
  if (given.length > FILTER_VALUES_MAX) refuse(`must have at most ${FILTER_VALUES_MAX} values`);
  if (filter.bound) {
    const time = given.length === 1 ? parseInstant(given[0]) : null;
    if (time === null) refuse(INSTANT_RULE);
    return [time?.toISOString() ?? ''];
  }
  if (filter.isInteger) {
    if (!given.every((text) => /^\d{1,10}$/.test(text))) refuse('must be whole numbers');
    // A number beyond the column's range matches nothing, like any other that does not exist.
    return given.map(Number).map((value) => (value <= ID_MAX ? value : -1));
  }
  if (filter.values && !given.every((text) => filter.values!.includes(text))) {
    refuse(`must be one of ${filter.values.join(', ')}`);
  }
  return [...given];
}

function chosenFields(
  list: ListDescription,
  text: string,
  refuse: (parameter: string, message: string) => void,
): ReadonlySet<string> {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !list.fields.includes(name));
  if (unknown.length > 0) refuse('fields', `names what is not known: ${unknown.join(', ').slice(0, 200)}`);
  return new Set([...list.idFields, ...names]);
}

/**
 * @param rows a query whose main entity has an `id`, without filters, order or paging. Joins are allowed that leave out no row; an inner
 *   one must be of what every row has
 */
export async function readList<E extends ObjectLiteral & { id: number }>(
  rows: SelectQueryBuilder<E>,
  list: ListDescription,
  request: ListRequest,
  toView: (entity: E) => object | Promise<object>,
): Promise<ListAnswer> {
  let index = 0;
  for (const [filter, values] of request.filters) {
    const name = `filter${index++}`;
    if (filter.isArray) rows.andWhere(`${filter.column} && :${name}`, { [name]: values });
    else if (filter.bound) rows.andWhere(`${filter.column} ${filter.bound} :${name}`, { [name]: values[0] });
    else rows.andWhere(`${filter.column} IN (:...${name})`, { [name]: values });
  }
  const matching = withoutUnusedJoins(rows);
  const total = await matching.getCount();
  const id = `${rows.alias}.id`;
  const found = await matching
    .select(id, 'id')
    .distinct()
    .andWhere(`${id} > :lastGetId`, { lastGetId: request.lastGetId })
    .orderBy(id, 'ASC')
    .limit(request.maxRecords + 1)
    .getRawMany<{ id: number }>();
  const ids = found.slice(0, request.maxRecords).map((row) => Number(row.id));
  const page = ids.length === 0 ? [] : await rows.where(`${id} IN (:...ids)`, { ids }).orderBy(id, 'ASC').getMany();
  const views = await Promise.all(page.map(toView));
  return {
    total_count: total,
    list_count: page.length,
    [`${list.resource}_list`]: views.map((view) => withFields(view, request.fields)),
    ...(found.length > ids.length && { next_href: request.nextHref(ids.at(-1)!) }),
  };
}

/** What matches is counted, and its page found, without the tables that only views need: they are read for one page alone. */
function withoutUnusedJoins<E extends ObjectLiteral>(rows: SelectQueryBuilder<E>): SelectQueryBuilder<E> {
  const matching = rows.clone();
  const { expressionMap } = matching;
  const conditions = JSON.stringify(expressionMap.wheres);
  const used = new Set<string | undefined>();
  for (const join of expressionMap.joinAttributes.toReversed()) {
    const { name } = join.alias;
    if (used.has(name) || conditions.includes(`${name}.`)) used.add(name).add(join.parentAlias);
  }
  expressionMap.joinAttributes = expressionMap.joinAttributes.filter(({ alias }) => used.has(alias.name));
  return matching;
}

/** The same for what is no table. @param views by ascending id, all of them */
export function answerList<V extends object>(
  views: readonly V[],
  idOf: (view: V) => number,
  list: ListDescription,
  request: ListRequest,
): ListAnswer {
  const rest = views.filter((view) => idOf(view) > request.lastGetId);
  const page = rest.slice(0, request.maxRecords);
  return {
    total_count: views.length,
    list_count: page.length,
    [`${list.resource}_list`]: page.map((view) => withFields(view, request.fields)),
    ...(rest.length > page.length && { next_href: request.nextHref(idOf(page.at(-1)!)) }),
  };
}

function withFields(view: object, fields: ReadonlySet<string> | null): object {
  if (fields === null) return view;
  return Object.fromEntries(Object.entries(view).filter(([name]) => fields.has(name)));
}
