export type ProtocolFault =
  'magic' | 'version' | 'header-checksum' | 'type' | 'flags' | 'length' | 'body-checksum' | 'body' | 'unexpected';

/**
 * The bytes of a peer break the protocol. Nothing after them can be trusted, so the connection ends; a new one starts afresh from
 * the positions that both ends know.
 */
export class ProtocolError extends Error {
  constructor(
    readonly fault: ProtocolFault,
    message: string,
  ) {
    super(message);
    this.name = 'ProtocolError';
  }

  /** Damage on the way rather than a peer that speaks something else. */
  get isChecksum(): boolean {
    return this.fault === 'header-checksum' || this.fault === 'body-checksum';
  }
}
