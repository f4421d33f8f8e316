/** The server answered a request with an error; the connection lives on. */
export class NbdError extends Error {
  /** Errno name as the protocol lists it, such as `EIO`; `E<number>` for a value it does not list. */
  readonly code: string;

  constructor(code: string, what: string) {
    super(`NBD ${what}: ${code}`);
    this.name = 'NbdError';
    this.code = code;
  }
}

/**
 * The connection ended before the answer: the request may or may not have been carried out. A caller that counts acknowledged
 * writes must treat a write that fails with this as either.
 */
export class ConnectionLost extends Error {
  readonly code = 'CONNECTION_LOST';

  constructor(what: string) {
    super(`NBD connection lost: ${what}`);
    this.name = 'ConnectionLost';
  }
}

/** The server refused the export, or does not speak what this client needs. */
export class NegotiationRefused extends Error {
  /** Name of the option reply, such as `ERR_POLICY` or `ERR_UNKNOWN`. */
  readonly code: string;

  constructor(code: string, what: string) {
    super(`NBD negotiation refused: ${code} (${what})`);
    this.name = 'NegotiationRefused';
    this.code = code;
  }
}
