/** Tells a database that is away, starting or overloaded from a mistake of ours. */

/** SQLSTATE classes and codes that a later try may not meet: connection, resources, shutdown, deadlock, timeouts. */
const TRANSIENT = /^(08...|53...|57P0[1-5]|57014|40001|40P01|55P03|25006)$/;
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** pg, and TypeORM for a transaction whose connection ended meanwhile, report these without any code. */
const MESSAGES =
  /^(Query runner already released|Database connection provided by a query runner was already released|Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool after)/;

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly driverError?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** By what an error carries, not by its class: drivers and runtimes bring classes of their own. */
export function isDatabaseOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, driverError, cause, errors } = error as Failure;
  if (typeof code === 'string' && (TRANSIENT.test(code) || SOCKET_CODES.has(code))) return true;
  if (typeof message === 'string' && MESSAGES.test(message)) return true;
  const inner = driverError ?? cause;
  if (inner !== undefined && inner !== error) return isDatabaseOutage(inner);
  return Array.isArray(errors) && errors.some(isDatabaseOutage);
}

/** The server is there and does not let us in: wrong user, password or database. Trying again will not help. */
export function isDatabaseRefusal(error: unknown): boolean {
  const { code } = (error ?? {}) as Failure;
  return typeof code === 'string' && /^(28...|3D000)$/.test(code);
}

/** Whether the statement met a row that already holds a value which may exist once. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const driver = (error as { driverError?: { code?: string; constraint?: string } } | null)?.driverError;
  return driver?.code === '23505' && driver.constraint === constraint;
}
