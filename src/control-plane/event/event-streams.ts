import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { isDatabaseOutage } from '../database/outage.js';
import { eventView } from './event.dto.js';
import type { EventStreamQuery } from './event-stream.dto.js';
import { EventRow } from './event.entity.js';

/** Read and written at a time: all that one client ever holds in memory. */
const BATCH = 100;
/** What a client that was cut off waits before it comes back. */
const RETRY_MS = 2_000;

type Filters = Pick<EventStreamQuery, 'type' | 'severity' | 'resource'>;

export interface EventStreamRequest {
  readonly response: Response;
  /** Events after this one; null is from now on. */
  readonly after: number | null;
  readonly filters: Filters;
  /** Asked again and again: a stream ends with the token that it was opened by. */
  readonly isStillAllowed: () => Promise<boolean>;
}

/**
 * Sends events to clients as Server-Sent Events. Each client has its own place in the table and reads on from there at its own pace, so
 * that nothing is kept for those that are slow, and it makes no difference which process wrote an event. Nothing is passed over, since events
 * become visible in the order of their ids (record-events.ts).
 */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  /** How soon an event is sent after it was written. */
  pollMs = 500;
  /** A comment after so long without an event keeps proxies from closing the connection, and finds clients that are gone. */
  heartbeatMs = 15_000;
  /** At most so long after the end of its token a stream ends. */
  askMs = 5_000;
  /** A client that reads nothing for so long is cut off. */
  stuckMs = 30_000;
  clientsMax = 64;
  private readonly log = new Logger('events');
  private readonly clients = new Map<Response, Promise<void>>();
  private isClosing = false;

  constructor(private readonly database: DataSource) {}

  /** How many are being served. */
  get count(): number {
    return this.clients.size;
  }

  /** @throws Refusal EVENT_STREAM_LIMIT_REACHED */
  async open(request: EventStreamRequest): Promise<void> {
    const { response } = request;
    // Not together with others, who may have asked before the last event that this client was sent by another process.
    const last = await this.queryLastId();
    if (this.isClosing || this.clients.size >= this.clientsMax) throw new Refusal('EVENT_STREAM_LIMIT_REACHED');
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Read by nginx, which would otherwise hold events back.
      'X-Accel-Buffering': 'no',
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    // An id that is not there yet is of another database than this.
    const after = request.after === null || request.after > last ? last : request.after;
    const served = this.serve(request, after)
      .catch((error: unknown) => this.log.error(error))
      .finally(() => {
        this.clients.delete(response);
        response.end();
      });
    this.clients.set(response, served);
  }

  /** Before the server waits for its connections to end. */
  async onModuleDestroy(): Promise<void> {
    this.isClosing = true;
    const served = [...this.clients.values()];
    for (const response of this.clients.keys()) response.end();
    await Promise.all(served);
  }

  private async serve({ response, filters, isStillAllowed }: EventStreamRequest, after: number): Promise<void> {
    const isOpen = (): boolean => !response.writableEnded && !response.destroyed;
    let askedMs = performance.now();
    let wroteMs = askedMs;
    for (let place = after; isOpen();) {
      if (performance.now() - askedMs >= this.askMs) {
        if (!(await this.orLater(isStillAllowed, true))) return;
        askedMs = performance.now();
      }
      const next = await this.orLater(() => this.readOn(place, filters), null);
      const text = next?.events.map(asMessage).join('') ?? '';
      const isDue = performance.now() - wroteMs >= this.heartbeatMs;
      if (isOpen() && (text !== '' || isDue)) {
        wroteMs = performance.now();
        if (!response.write(text === '' ? ': heartbeat\n\n' : text)) await this.drained(response);
      }
      const hasMore = next !== null && next.events.length === BATCH;
      place = next?.place ?? place;
      if (isOpen() && !hasMore) await this.pause(response);
    }
  }

  /** While the database is away, clients keep their places. */
  private async orLater<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error;
      return otherwise;
    }
  }

  /** Up to the last event that is visible, or as far as one batch reaches. */
  private async readOn(place: number, filters: Filters): Promise<{ events: EventRow[]; place: number }> {
    const last = await this.lastId();
    if (last <= place) return { events: [], place };
    const rows = this.database.manager
      .createQueryBuilder(EventRow, 'event')
      .where('event.id > :place AND event.id <= :last', { place, last });
    if (filters.type) rows.andWhere('event.type IN (:...type)', { type: filters.type });
    if (filters.severity) rows.andWhere('event.severity IN (:...severity)', { severity: filters.severity });
    if (filters.resource) rows.andWhere('event.resourceHrefs && :resource', { resource: filters.resource });
    const events = await rows.orderBy('event.id', 'ASC').limit(BATCH).getMany();
    return { events, place: events.length === BATCH ? events.at(-1)!.id : last };
  }

  private asked: Promise<number> | null = null;

  /** However many clients ask at once, the table is asked once. */
  private lastId(): Promise<number> {
    this.asked ??= this.queryLastId().finally(() => (this.asked = null));
    return this.asked;
  }

  private async queryLastId(): Promise<number> {
    const [row]: [{ last: number }] = await this.database.query('SELECT coalesce(max(id), 0) AS last FROM event');
    return row.last;
  }

  /** Until the next look, or the end of the connection. */
  private async pause(response: Response): Promise<void> {
    const over = new AbortController();
    const end = (): void => over.abort();
    response.once('close', end).once('finish', end);
    await sleep(this.pollMs, null, { signal: over.signal }).catch(() => undefined);
    response.off('close', end).off('finish', end);
  }

  private async drained(response: Response): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stuck = setTimeout(() => response.destroy(), this.stuckMs);
    response.once('drain', resolve).once('close', resolve).once('finish', resolve);
    if (!response.destroyed) await promise;
    clearTimeout(stuck);
    response.off('drain', resolve).off('close', resolve).off('finish', resolve);
  }
}

/** Without a name of its own, so that a browser's `onmessage` gets every type. */
function asMessage(event: EventRow): string {
  return `id: ${event.id}\ndata: ${JSON.stringify(eventView(event))}\n\n`;
}
