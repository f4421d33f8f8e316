/**
 * The NBD protocol as constants: no code in here. Names and values are those of the specification (github.com/NetworkBlockDevice/nbd,
 * doc/proto.md); everything on the wire is big-endian. Layouts are drawn in docs/formats/nbd-support.md.
 */

// Handshake. Magic numbers of 64 bits stand as two halves.

/** 'NBDMAGIC', the server's first eight bytes. */
export const NBD_INIT_MAGIC_HIGH = 0x4e42444d;
export const NBD_INIT_MAGIC_LOW = 0x41474943;
/** 'IHAVEOPT', follows it and begins every option of the client. */
export const NBD_OPTS_MAGIC_HIGH = 0x49484156;
export const NBD_OPTS_MAGIC_LOW = 0x454f5054;
export const NBD_REP_MAGIC_HIGH = 0x0003e889;
export const NBD_REP_MAGIC_LOW = 0x045565a9;

/** Server's greeting: two magic numbers (16), handshake flags (2). */
export const GREETING_BYTES = 18;
/** Client's answer to the greeting. */
export const CLIENT_FLAGS_BYTES = 4;
/** Magic (8), option (4), length of data (4). */
export const OPTION_HEADER_BYTES = 16;
/** Magic (8), option (4), reply type (4), length of data (4). */
export const OPTION_REPLY_HEADER_BYTES = 20;
/** Answer to EXPORT_NAME: size (8), transmission flags (2), then 124 zeros unless NO_ZEROES was agreed. */
export const EXPORT_NAME_REPLY_BYTES = 10;
export const EXPORT_NAME_PADDING_BYTES = 124;

export const NBD_FLAG_FIXED_NEWSTYLE = 1 << 0;
export const NBD_FLAG_NO_ZEROES = 1 << 1;
export const NBD_FLAG_C_FIXED_NEWSTYLE = 1 << 0;
export const NBD_FLAG_C_NO_ZEROES = 1 << 1;

export const NBD_OPT_EXPORT_NAME = 1;
export const NBD_OPT_ABORT = 2;
export const NBD_OPT_LIST = 3;
export const NBD_OPT_STARTTLS = 5;
export const NBD_OPT_INFO = 6;
export const NBD_OPT_GO = 7;
export const NBD_OPT_STRUCTURED_REPLY = 8;
export const NBD_OPT_LIST_META_CONTEXT = 9;
export const NBD_OPT_SET_META_CONTEXT = 10;
export const NBD_OPT_EXTENDED_HEADERS = 11;

export const NBD_REP_ACK = 1;
export const NBD_REP_SERVER = 2;
export const NBD_REP_INFO = 3;
export const NBD_REP_META_CONTEXT = 4;
/** Error replies have the top bit set and carry a text for people. */
export const NBD_REP_FLAG_ERROR = 0x80000000;
export const NBD_REP_ERR_UNSUP = 0x80000001;
export const NBD_REP_ERR_POLICY = 0x80000002;
export const NBD_REP_ERR_INVALID = 0x80000003;
export const NBD_REP_ERR_PLATFORM = 0x80000004;
export const NBD_REP_ERR_TLS_REQD = 0x80000005;
export const NBD_REP_ERR_UNKNOWN = 0x80000006;
export const NBD_REP_ERR_SHUTDOWN = 0x80000007;
export const NBD_REP_ERR_BLOCK_SIZE_REQD = 0x80000008;
export const NBD_REP_ERR_TOO_BIG = 0x80000009;

export const NBD_INFO_EXPORT = 0;
export const NBD_INFO_NAME = 1;
export const NBD_INFO_DESCRIPTION = 2;
export const NBD_INFO_BLOCK_SIZE = 3;

/** Longest string of the protocol: export names, descriptions, contexts, error texts. */
export const NBD_MAX_STRING_BYTES = 4096;

export const BASE_ALLOCATION = 'base:allocation';

// Transmission

export const NBD_FLAG_HAS_FLAGS = 1 << 0;
export const NBD_FLAG_READ_ONLY = 1 << 1;
export const NBD_FLAG_SEND_FLUSH = 1 << 2;
export const NBD_FLAG_SEND_FUA = 1 << 3;
export const NBD_FLAG_ROTATIONAL = 1 << 4;
export const NBD_FLAG_SEND_TRIM = 1 << 5;
export const NBD_FLAG_SEND_WRITE_ZEROES = 1 << 6;
export const NBD_FLAG_SEND_DF = 1 << 7;
export const NBD_FLAG_CAN_MULTI_CONN = 1 << 8;
export const NBD_FLAG_SEND_RESIZE = 1 << 9;
export const NBD_FLAG_SEND_CACHE = 1 << 10;
export const NBD_FLAG_SEND_FAST_ZERO = 1 << 11;

export const NBD_REQUEST_MAGIC = 0x25609513;
export const NBD_SIMPLE_REPLY_MAGIC = 0x67446698;
export const NBD_STRUCTURED_REPLY_MAGIC = 0x668e33ef;

/** Magic (4), command flags (2), type (2), cookie (8), offset (8), length (4). */
export const REQUEST_HEADER_BYTES = 28;
/** Magic (4), error (4), cookie (8). */
export const SIMPLE_REPLY_BYTES = 16;
/** Magic (4), chunk flags (2), type (2), cookie (8), length of payload (4). */
export const STRUCTURED_REPLY_HEADER_BYTES = 20;

export const NBD_CMD_READ = 0;
export const NBD_CMD_WRITE = 1;
export const NBD_CMD_DISC = 2;
export const NBD_CMD_FLUSH = 3;
export const NBD_CMD_TRIM = 4;
export const NBD_CMD_CACHE = 5;
export const NBD_CMD_WRITE_ZEROES = 6;
export const NBD_CMD_BLOCK_STATUS = 7;

export const NBD_CMD_FLAG_FUA = 1 << 0;
export const NBD_CMD_FLAG_NO_HOLE = 1 << 1;
export const NBD_CMD_FLAG_DF = 1 << 2;
export const NBD_CMD_FLAG_REQ_ONE = 1 << 3;
export const NBD_CMD_FLAG_FAST_ZERO = 1 << 4;

/** The last chunk of a structured reply. */
export const NBD_REPLY_FLAG_DONE = 1 << 0;

export const NBD_REPLY_TYPE_NONE = 0;
/** Offset (8), data. */
export const NBD_REPLY_TYPE_OFFSET_DATA = 1;
/** Offset (8), length of the hole (4). */
export const NBD_REPLY_TYPE_OFFSET_HOLE = 2;
/** Context id (4), then {length (4), status (4)} for each extent. */
export const NBD_REPLY_TYPE_BLOCK_STATUS = 5;
/** Error types have bit 15 set. */
export const NBD_REPLY_TYPE_ERROR_BIT = 1 << 15;
/** Error (4), length of text (2), text. */
export const NBD_REPLY_TYPE_ERROR = NBD_REPLY_TYPE_ERROR_BIT | 1;
/** The same, then the offset (8) where it happened. */
export const NBD_REPLY_TYPE_ERROR_OFFSET = NBD_REPLY_TYPE_ERROR_BIT | 2;

/** base:allocation: the extent is not allocated. */
export const NBD_STATE_HOLE = 1 << 0;
/** base:allocation: the extent reads as zeros. */
export const NBD_STATE_ZERO = 1 << 1;

/** Section "Error values". The registry's rows name one of these. */
export const NBD_ERRNO = {
  EPERM: 1,
  EIO: 5,
  ENOMEM: 12,
  EINVAL: 22,
  ENOSPC: 28,
  EOVERFLOW: 75,
  ENOTSUP: 95,
  ESHUTDOWN: 108,
} as const;

/** Requests and replies carry at most this much data; told to clients as the maximum of NBD_INFO_BLOCK_SIZE. */
export const PAYLOAD_BYTES_MAX = 32 * 1024 * 1024;
