/** What holds for every body and query before any feature sees it. */
import express, { type NextFunction, type Request, type Response } from 'express';
import { Refusal } from '../../errors/refusal.js';

const BODY_BYTES_MAX = 256 * 1024;
const DEPTH_MAX = 16;
const VALUES_MAX = 20_000;
/** Names that mean something to JavaScript objects and never anything to us. */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** Before parsing: a body must say that it is JSON. */
export function requireJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.is('application/json')) throw new Refusal('MEDIA_TYPE_UNSUPPORTED', contentType(request));
  next();
}

function contentType(request: Request): string {
  return (request.headers['content-type'] ?? 'none').slice(0, 100);
}

const parse = express.json({ limit: BODY_BYTES_MAX, type: 'application/json' });

export function parseJson(request: Request, response: Response, next: NextFunction): void {
  parse(request, response, (error?: unknown) => next(error ? unreadable(error as { type?: string }) : undefined));
}

/** Types of error of the body-parser package (its README, "Errors"); what has none comes from unpacking a compressed body. */
function unreadable({ type }: { type?: string }): Refusal {
  switch (type) {
    case 'entity.too.large':
      return new Refusal('BODY_TOO_LARGE', `more than ${BODY_BYTES_MAX} bytes`);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Refusal('MEDIA_TYPE_UNSUPPORTED', 'encoding or charset');
    default:
      return new Refusal('BODY_MALFORMED');
  }
}

/** After parsing: one object, not too deep, with no text that PostgreSQL cannot hold. An absent body is an empty object. */
export function requireTameInput(request: Request, _response: Response, next: NextFunction): void {
  request.body ??= {};
  if (typeof request.body !== 'object' || Array.isArray(request.body)) {
    throw new Refusal('BODY_MALFORMED', 'not an object');
  }
  inspect(request.body);
  for (const [name, value] of Object.entries(request.query)) {
    refuseName(name);
    for (const text of [value].flat()) refuseWildText(text, name);
  }
  if (request.url.includes('%00')) throw new Refusal('PARAMETER_INVALID', 'path');
  next();
}

/** Walks without recursion: the depth of hostile input must not become the depth of our stack. */
function inspect(body: object): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: body, path: '', depth: 0 }];
  let seen = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (++seen > VALUES_MAX) throw new Refusal('BODY_TOO_LARGE', `more than ${VALUES_MAX} values`);
    if (typeof at.value !== 'object' || at.value === null) {
      refuseWildText(at.value, at.path);
      continue;
    }
    if (at.depth >= DEPTH_MAX) throw new Refusal('PARAMETER_INVALID', `nested deeper than ${DEPTH_MAX}`);
    for (const [name, value] of Object.entries(at.value)) {
      refuseName(name);
      open.push({ value, path: at.path === '' ? name : `${at.path}.${name}`, depth: at.depth + 1 });
    }
  }
}

function refuseName(name: string): void {
  if (RESERVED_NAMES.has(name) || isWild(name))
    throw new Refusal('PARAMETER_UNKNOWN', name.slice(0, 200).replaceAll('\0', '\\0').toWellFormed());
}

function refuseWildText(value: unknown, path: string): void {
  if (typeof value === 'string' && isWild(value))
    throw new Refusal('PARAMETER_INVALID', `${path.slice(0, 200)}: NUL character, or half of a surrogate pair`);
}

/** What PostgreSQL refuses, or what would be stored as another text than it came as. */
function isWild(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed();
}
