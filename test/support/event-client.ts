/** A client of GET /event/stream, as a browser's EventSource reads it. */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StreamedEvent {
  readonly event_id: number;
  readonly type: string;
  readonly message: string;
}

const WAIT_MS = 30_000;

export class EventClient {
  readonly events: StreamedEvent[] = [];
  heartbeats = 0;
  isEnded = false;
  private rest = '';

  private constructor(
    private readonly request: http.ClientRequest,
    readonly response: http.IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    response.on('close', () => (this.isEnded = true));
    response.on('error', () => undefined);
  }

  /** @param url of the API; resolves with the head of the answer, whatever it is */
  static open(url: string, token: string, query = '', headers: Record<string, string> = {}): Promise<EventClient> {
    const { promise, resolve, reject } = Promise.withResolvers<EventClient>();
    const request = http.get(`${url}/api/v1/event/stream${query}`, {
      agent: false,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    request.on('response', (response) => resolve(new EventClient(request, response)));
    request.on('error', reject);
    return promise;
  }

  get ids(): number[] {
    return this.events.map(({ event_id }) => event_id);
  }

  /** Looks until it holds. */
  async until(holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + WAIT_MS; !holds(); await sleep(10)) {
      if (Date.now() > deadline) throw new Error(`not within ${WAIT_MS} ms: ${holds}; ${this.ids.join(' ')}`);
    }
  }

  close(): void {
    this.request.destroy();
  }

  private take(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    for (const block of blocks) {
      const lines = block.split('\n');
      if (lines[0] === ': heartbeat') this.heartbeats++;
      const data = lines.find((line) => line.startsWith('data: '));
      if (data === undefined) continue;
      const event = JSON.parse(data.slice('data: '.length)) as StreamedEvent;
      if (lines[0] !== `id: ${event.event_id}`) throw new Error(`${lines[0]} is not the id of ${data}`);
      this.events.push(event);
    }
  }
}
