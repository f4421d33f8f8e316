/** Where links report to; a pino logger is one. */
export interface LinkLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
