import pg from 'pg';

/** Any number that no other advisory lock of this database uses. */
export const LEADER_LOCK = 5665_003;
const CONNECT_TIMEOUT_MS = 5_000;
/** The database ends the connection of a worker that says nothing for so long: it may be stopped, or cut off without a word. */
const SILENCE = '10s';
/** How long a leader trusts in its lead after it last proved it; well below the silence. */
const TRUST_MS = 5_000;

/**
 * Of several workers one leads: it holds an advisory lock of PostgreSQL, on a connection of its own. When its process or its
 * connection dies, or is silent for long, the database gives the lock to the next that asks.
 */
export class Leadership {
  private client: pg.Client | null = null;
  private isTaken = false;
  /** When the last proof was asked for, on the monotonic clock. */
  private provenMs = 0;

  constructor(
    private readonly url: string,
    /** The connection is gone, and with it the lead. */
    private readonly onLost: () => void,
  ) {}

  /** Whether the lead was proven a moment ago: a process that was stopped since then does not trust in it. */
  get isHeld(): boolean {
    return this.isTaken && performance.now() - this.provenMs < TRUST_MS;
  }

  /**
   * Takes the lead, or proves that it is still held.
   * @throws when the database does not answer
   */
  async tryToTake(): Promise<boolean> {
    try {
      this.client ??= await this.connect();
      const askedMs = performance.now();
      const question = this.isTaken ? 'SELECT true AS taken' : `SELECT pg_try_advisory_lock(${LEADER_LOCK}) AS taken`;
      const { rows } = await this.client.query<{ taken: boolean }>(question);
      // The connection may have ended since.
      this.isTaken = this.client !== null && rows[0]!.taken;
      this.provenMs = askedMs;
      return this.isTaken;
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    const { client, isTaken } = this;
    this.client = null;
    this.isTaken = false;
    // Unlocked before the connection ends, so that the next need not wait until the database has noticed that.
    if (isTaken) await client?.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: `evenkeel worker ${process.pid}`,
      query_timeout: TRUST_MS,
      keepAlive: true,
    });
    const lose = () => {
      if (this.client !== client) return;
      this.client = null;
      this.isTaken = false;
      this.onLost();
    };
    client.on('error', lose);
    client.on('end', lose);
    try {
      await client.connect();
      await client.query(`SET idle_session_timeout = '${SILENCE}'`);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }
}
