import { setTimeout as sleep } from 'node:timers/promises';
import { NbdClient } from '../nbd-client/client.js';
import { ConnectionLost } from '../nbd-client/errors.js';
import type { HostAddress } from './host-writer.js';
import { judgeLedger, makePage, pageOffset, pagesBytes, type LedgerVerdict, type PageKind } from './ledger.js';

/** Between two transactions, so that the host is busy and the machine is not. */
const PAUSE_MS = 1;
const READ_BYTES = 1024 * 1024;

/** The two volumes of the database, as a host attaches them. */
export interface DatabaseVolumes {
  readonly log: HostAddress;
  readonly table: HostAddress;
}

/** A database at work: transaction after transaction, each complete when both of its pages are acknowledged. */
export class Database {
  /** What failed writes failed with. */
  readonly failures: string[] = [];
  /** Longest time that a write took so far, milliseconds. */
  longestMs = 0;
  private isStopping = false;
  private isLost = false;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly clients: Readonly<Record<PageKind, NbdClient>>,
    /** Transactions that are complete. */
    public transactions: number,
  ) {}

  /** @param transactions those that its volumes hold already */
  static async open(volumes: DatabaseVolumes, transactions = 0): Promise<Database> {
    const attach = ({ host, port, exportName }: HostAddress) => NbdClient.connect(host, port, exportName);
    return new Database({ log: await attach(volumes.log), table: await attach(volumes.table) }, transactions);
  }

  start(): void {
    this.isStopping = false;
    this.running = this.work();
  }

  /** Ends after the transaction under way. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  async close(): Promise<void> {
    await this.stop();
    for (const client of Object.values(this.clients)) await client.disconnect();
  }

  /** Resolves when the database lost its disks. */
  lost(): Promise<void> {
    return this.running;
  }

  /** Resolves when so many more transactions are complete. */
  async commit(count: number, timeoutMs: number): Promise<void> {
    const goal = this.transactions + count;
    for (const until = Date.now() + timeoutMs; this.transactions < goal; await sleep(10)) {
      const done = `${count - goal + this.transactions} of ${count} transactions`;
      if (this.isLost || this.failures.length > 0) throw new Error(`only ${done}: ${this.failures[0] ?? 'disk lost'}`);
      if (Date.now() > until) throw new Error(`only ${done} within ${timeoutMs} ms`);
    }
  }

  private async work(): Promise<void> {
    while (!this.isStopping) {
      const next = this.transactions + 1;
      try {
        await this.write('log', next);
        await this.write('table', next);
      } catch (error) {
        if (error instanceof ConnectionLost) this.isLost = true;
        else this.failures.push((error as Error).message);
        return;
      }
      this.transactions = next;
      await sleep(PAUSE_MS);
    }
  }

  private async write(kind: PageKind, transaction: number): Promise<void> {
    const startedAt = performance.now();
    await this.clients[kind].write(pageOffset(kind, transaction), makePage(kind, transaction));
    this.longestMs = Math.max(this.longestMs, performance.now() - startedAt);
  }
}

/** Reads both volumes as a host does, and judges them. */
export async function judgeDatabase(volumes: DatabaseVolumes): Promise<LedgerVerdict> {
  return judgeLedger(await readPages('log', volumes.log), await readPages('table', volumes.table));
}

async function readPages(kind: PageKind, { host, port, exportName }: HostAddress): Promise<Buffer> {
  const client = await NbdClient.connect(host, port, exportName);
  try {
    const pieces: Buffer[] = [];
    for (let offset = 0; offset < pagesBytes(kind); offset += READ_BYTES) {
      pieces.push(await client.read(offset, Math.min(READ_BYTES, pagesBytes(kind) - offset)));
    }
    return Buffer.concat(pieces);
  } finally {
    await client.disconnect();
  }
}
