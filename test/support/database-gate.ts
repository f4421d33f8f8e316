/**
 * The way of one process to PostgreSQL. Every transaction that it commits is a step at which it can die: before the database has heard of it,
 * or after it took effect and before the process learns so.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { CrashPoint } from './crash-point.js';

/** 'Q', the message's length, and the statement as a C string. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

export class DatabaseGate {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
    private readonly point: CrashPoint,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async open(databaseUrl: string, point: CrashPoint): Promise<DatabaseGate> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DatabaseGate(server, new URL(databaseUrl), point);
  }

  /** Of the same database, through the gate. */
  get url(): string {
    const url = new URL(this.target.href);
    url.port = String((this.server.address() as { port: number }).port);
    return url.href;
  }

  /** For ever: what is on its way is lost. */
  shut(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket): void {
    const database = connect(Number(this.target.port), this.target.hostname);
    let isCommitting = false;
    const ends = [client, database];
    for (const socket of ends) {
      this.sockets.add(socket.setNoDelay());
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        for (const end of ends) end.destroy();
      });
    }
    const orDie = (work: () => void) => {
      try {
        work();
      } catch {
        for (const end of ends) end.destroy();
      }
    };
    // The driver sends a statement at once and waits for its answer, so that a COMMIT is a chunk of its own.
    client.on('data', (chunk: Buffer) =>
      orDie(() => {
        isCommitting = chunk.equals(COMMIT);
        if (isCommitting) this.point.cross('COMMIT: asked');
        database.write(chunk);
      }),
    );
    database.on('data', (chunk: Buffer) =>
      orDie(() => {
        if (isCommitting) this.point.cross('COMMIT: done');
        isCommitting = false;
        client.write(chunk);
      }),
    );
  }
}
