/** The node could not be asked, or its answer did not come: whether the call took effect there is unknown. Repeating it is safe. */
export class NodeUnreachable extends Error {
  readonly code = 'NODE_UNREACHABLE';

  /** @param reason system code such as ECONNREFUSED or ETIMEDOUT, or what was wrong with the answer */
  constructor(
    readonly address: string,
    readonly reason: string,
  ) {
    super(`Storage node cannot be reached (${address}: ${reason})`);
    this.name = 'NodeUnreachable';
  }
}
