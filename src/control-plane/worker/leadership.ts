import pg from 'pg';

/** Any number that no other advisory lock of this database uses. */
const LEADER_LOCK = 5665_003;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Of several workers one leads: it holds an advisory lock of PostgreSQL, on a connection of its own. When its process or its
 * connection dies, the database gives the lock to the next that asks.
 */
export class Leadership {
  private client: pg.Client | null = null;

  constructor(
    private readonly url: string,
    /** The connection is gone, and with it the lead. */
    private readonly onLost: () => void,
  ) {}

  get isHeld(): boolean {
    return this.client !== null;
  }

  /** @throws when the database does not answer */
  async tryToTake(): Promise<boolean> {
    if (this.client) return true;
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    const lose = () => {
      if (this.client !== client) return;
      this.client = null;
      this.onLost();
    };
    client.on('error', lose);
    client.on('end', lose);
    try {
      await client.connect();
      const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
        LEADER_LOCK,
      ]);
      if (rows[0]?.taken) this.client = client;
    } finally {
      if (this.client !== client) await client.end().catch(() => undefined);
    }
    return this.isHeld;
  }

  async release(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }
}
