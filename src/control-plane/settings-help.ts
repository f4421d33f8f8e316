/** What `evenkeel api --help` and `evenkeel worker --help` print; settings.spec.ts sees to it that no setting is missing. */
export const SETTINGS_HELP = `Usage: evenkeel api [options]
       evenkeel worker [--watch-port PORT]

Serves the REST API, with the worker that commands the storage nodes unless --no-worker; or runs that worker alone.
Options win over the environment.

  --address IP       where to listen, EVENKEEL_ADDRESS (127.0.0.1)
  --port PORT        EVENKEEL_PORT (5665; 0 takes a free one)
  --tls-cert FILE    certificate of the API with its chain, PEM, EVENKEEL_TLS_CERT; renewed files are noticed
  --tls-key FILE     its key, PEM, EVENKEEL_TLS_KEY
  --plain            allows --address beyond loopback without TLS: only behind a proxy that has it
  --no-worker        the API alone; evenkeel worker runs elsewhere
  --watch-port PORT  where a worker that runs alone serves /health and /metrics, EVENKEEL_WATCH_PORT (nowhere)
  --log-level LEVEL  fatal, error, warn, info, debug, trace, silent, EVENKEEL_LOG_LEVEL (info)
  --home DIR         for the embedded PostgreSQL when no DATABASE_URL is set, EVENKEEL_HOME (./.evenkeel)

Environment:
  DATABASE_URL                  postgresql://USER:PASSWORD@HOST:PORT/DATABASE, PostgreSQL 15 or later; the worker alone needs it
  DATABASE_PASSWORD             completes a DATABASE_URL without a password
  EVENKEEL_ADMIN_PASSWORD       of admin, at the first start; else one is made up and printed once
  EVENKEEL_METRICS_TOKEN        whoever shows it may read /metrics; without one only this machine may
  EVENKEEL_REQUESTS_PER_MINUTE  from one address (12000)
  EVENKEEL_TRUSTED_PROXIES      addresses or CIDR blocks, by commas, of proxies whose X-Forwarded-For is believed (none)

Each of DATABASE_URL, DATABASE_PASSWORD, EVENKEEL_ADMIN_PASSWORD and EVENKEEL_METRICS_TOKEN can be in a file, which the same name with _FILE names.
`;
