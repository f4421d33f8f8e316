import type { ErrorName } from '../../errors/registry.js';
import {
  NBD_CMD_BLOCK_STATUS,
  NBD_CMD_FLAG_DF,
  NBD_CMD_FLAG_FAST_ZERO,
  NBD_CMD_FLAG_FUA,
  NBD_CMD_FLAG_NO_HOLE,
  NBD_CMD_FLAG_REQ_ONE,
  NBD_CMD_FLUSH,
  NBD_CMD_READ,
  NBD_CMD_TRIM,
  NBD_CMD_WRITE,
  NBD_CMD_WRITE_ZEROES,
  PAYLOAD_BYTES_MAX,
} from '../../format/nbd/messages.js';

/** What a connection agreed upon in its handshake, as far as requests depend on it. */
export interface Agreed {
  readonly isStructured: boolean;
  readonly hasBlockStatus: boolean;
}

/** Whether a request may be made at all: null, or why not. Its payload is read already. */
export function validateRequest(
  command: number,
  flags: number,
  offset: number,
  length: number,
  sizeBytes: number,
  agreed: Agreed,
): ErrorName | null {
  // The specification allows FUA with every command.
  const others = flags & ~NBD_CMD_FLAG_FUA;
  const isInside = offset + length <= sizeBytes;
  switch (command) {
    case NBD_CMD_READ:
      if ((others & ~(agreed.isStructured ? NBD_CMD_FLAG_DF : 0)) !== 0 || length === 0) return 'REQUEST_INVALID';
      if (length > PAYLOAD_BYTES_MAX) return 'REQUEST_TOO_LARGE';
      return isInside ? null : 'REQUEST_OUT_OF_RANGE';
    case NBD_CMD_WRITE:
      if (others !== 0 || length === 0) return 'REQUEST_INVALID';
      if (length > PAYLOAD_BYTES_MAX) return 'REQUEST_TOO_LARGE';
      return isInside ? null : 'WRITE_OUT_OF_RANGE';
    case NBD_CMD_FLUSH:
      return others === 0 ? null : 'REQUEST_INVALID';
    case NBD_CMD_TRIM:
      if (others !== 0 || length === 0) return 'REQUEST_INVALID';
      return isInside ? null : 'REQUEST_OUT_OF_RANGE';
    case NBD_CMD_WRITE_ZEROES:
      if ((others & ~(NBD_CMD_FLAG_NO_HOLE | NBD_CMD_FLAG_FAST_ZERO)) !== 0 || length === 0) return 'REQUEST_INVALID';
      return isInside ? null : 'WRITE_OUT_OF_RANGE';
    case NBD_CMD_BLOCK_STATUS:
      if (!agreed.hasBlockStatus) return 'REQUEST_INVALID';
      if ((others & ~NBD_CMD_FLAG_REQ_ONE) !== 0 || length === 0) return 'REQUEST_INVALID';
      return isInside ? null : 'REQUEST_OUT_OF_RANGE';
    default:
      return 'REQUEST_INVALID';
  }
}
