import type { ErrorName } from '../../errors/registry.js';

/**
 * - `local`: we ended it. - `bye`: the peer ended it in order. - `refused`: the peer ended it and says why in `code`.
 * - `silence`: nothing heard for the heartbeat timeout. - `protocol`: the peer's bytes break the protocol. - `lost`: the transport
 * failed or was closed. - `overrun`: the peer takes nothing of what it asked for.
 *
 * All but `local`, `bye` and `refused` are transport trouble: dial again.
 */
export type CloseKind = 'local' | 'bye' | 'refused' | 'silence' | 'protocol' | 'lost' | 'overrun';

export interface CloseReason {
  readonly kind: CloseKind;
  /** For people. */
  readonly text: string;
  /** The registry's name, where there is one: what the peer gave for refusing us, or what we have against the peer. */
  readonly code?: ErrorName;
}
