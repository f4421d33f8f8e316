import type { ErrorName } from '../../errors/registry.js';
import { ERRORS } from '../../errors/registry.js';
import {
  decodeInfoRequest,
  decodeMetaContextRequest,
  type MetaContextRequest,
} from '../../format/nbd/decode-options.js';
import {
  encodeExportNameReply,
  encodeGreeting,
  encodeInfoBlockSize,
  encodeInfoExport,
  encodeInfoText,
  encodeListedExport,
  encodeMetaContext,
  encodeOptionReply,
} from '../../format/nbd/encode.js';
import {
  BASE_ALLOCATION,
  NBD_FLAG_CAN_MULTI_CONN,
  NBD_FLAG_HAS_FLAGS,
  NBD_FLAG_SEND_DF,
  NBD_FLAG_SEND_FAST_ZERO,
  NBD_FLAG_SEND_FLUSH,
  NBD_FLAG_SEND_FUA,
  NBD_FLAG_SEND_TRIM,
  NBD_FLAG_SEND_WRITE_ZEROES,
  NBD_INFO_DESCRIPTION,
  NBD_INFO_NAME,
  NBD_OPT_ABORT,
  NBD_OPT_EXPORT_NAME,
  NBD_OPT_GO,
  NBD_OPT_INFO,
  NBD_OPT_LIST,
  NBD_OPT_LIST_META_CONTEXT,
  NBD_OPT_SET_META_CONTEXT,
  NBD_OPT_STARTTLS,
  NBD_OPT_STRUCTURED_REPLY,
  NBD_REP_ACK,
  NBD_REP_ERR_INVALID,
  NBD_REP_ERR_POLICY,
  NBD_REP_ERR_SHUTDOWN,
  NBD_REP_ERR_TLS_REQD,
  NBD_REP_ERR_TOO_BIG,
  NBD_REP_ERR_UNKNOWN,
  NBD_REP_ERR_UNSUP,
  NBD_REP_INFO,
  NBD_REP_META_CONTEXT,
  NBD_REP_SERVER,
  PAYLOAD_BYTES_MAX,
} from '../../format/nbd/messages.js';
import { Refusal } from '../../errors/refusal.js';
import { OptionParser, type ClientOption } from '../../format/nbd/option-parser.js';
import { NBD_OPTIONS_MAX, NBD_TURN_OPTIONS_MAX } from '../config/limits.js';
import type { BlockTarget } from '../volume/host-request.js';
import { isClientAllowed } from './allowed-clients.js';
import type { Agreed } from './validate.js';

/** What a server offers. */
export interface ExportDirectory {
  lookup(name: string): BlockTarget | undefined;
  list(): Iterable<BlockTarget>;
}

const NO_DATA = Buffer.alloc(0);
const DESCRIPTION = 'Evenkeel volume';
/** The only context there is; any number would do. */
export const BASE_ALLOCATION_ID = 1;

const TRANSMISSION_FLAGS =
  NBD_FLAG_HAS_FLAGS |
  NBD_FLAG_SEND_FLUSH |
  NBD_FLAG_SEND_FUA |
  NBD_FLAG_SEND_TRIM |
  NBD_FLAG_SEND_WRITE_ZEROES |
  NBD_FLAG_SEND_FAST_ZERO |
  NBD_FLAG_CAN_MULTI_CONN;

/** What a plain host is answered, where it can be answered. */
const TLS_REQUIRED_TEXT = Buffer.from(`${ERRORS.TLS_REQUIRED.text}. ${ERRORS.TLS_REQUIRED.hint}`);

/**
 * The talk before transmission: fixed newstyle, until the client attaches to an export or goes. Where TLS is required (FORCEDTLS of the
 * specification) nothing else is agreed or told before it.
 */
export class Handshake implements Agreed {
  isStructured = false;
  /** Set once the client attached. */
  target: BlockTarget | null = null;
  /** Why the client was refused where that is not told by an error reply, or concerns all that it could ask for. */
  refusal: ErrorName | null = null;

  private readonly parser = new OptionParser();
  private optionCount = 0;
  /** Export that base:allocation was agreed for. */
  private blockStatusExport: string | null = null;

  private isSecure = false;

  /**
   * @param send takes bytes for the client
   * @param tls NOTLS or FORCEDTLS of the specification
   */
  constructor(
    private readonly exports: ExportDirectory,
    private readonly clientAddress: string,
    private readonly send: (bytes: Buffer) => void,
    private readonly tls: 'none' | 'required' = 'none',
  ) {
    send(encodeGreeting());
  }

  get hasBlockStatus(): boolean {
    return this.target !== null && this.isStructured && this.blockStatusExport === this.target.name;
  }

  /**
   * Takes bytes and answers the options that they complete, a few at a time.
   * @returns `talking`, or `busy`: call again with nothing, when the client has read its answers; or `securing`: all bytes from here on
   *   are TLS, and what it carries is to be pushed after `secured()`; or `attached`: `target` is set and `rest()` holds the first
   *   requests; or `ended`
   * @throws Refusal REQUEST_INVALID when the bytes are not NBD, or are options without end, or come before TLS and are meant for after it
   */
  push(chunk: Buffer): 'talking' | 'busy' | 'securing' | 'attached' | 'ended' {
    this.parser.push(chunk);
    for (let count = 0; count < NBD_TURN_OPTIONS_MAX; count++) {
      const option = this.parser.next();
      if (option === null) return 'talking';
      if (++this.optionCount > NBD_OPTIONS_MAX) throw new Refusal('REQUEST_INVALID', 'options without end');
      if (this.tls === 'required' && !this.isSecure) {
        const outcome = this.answerInsecure(option);
        if (outcome !== 'talking') return outcome;
      } else if (!this.answer(option)) {
        return 'ended';
      }
      if (this.target !== null) return 'attached';
    }
    return 'busy';
  }

  secured(): void {
    this.isSecure = true;
    this.refusal = null;
  }

  rest(): Buffer[] {
    return this.parser.rest();
  }

  private answerInsecure({ option, data, isTooLong }: ClientOption): 'talking' | 'securing' | 'ended' {
    switch (option) {
      case NBD_OPT_STARTTLS:
        if (data.length > 0 || isTooLong) {
          this.invalid(option);
          return 'talking';
        }
        // The client must wait for the answer. Whatever is here already somebody in between may have put here, to have it done in the
        // client's name.
        if (!this.parser.isEmpty) throw new Refusal('REQUEST_INVALID', 'bytes between STARTTLS and TLS');
        this.reply(option, NBD_REP_ACK, NO_DATA);
        return 'securing';
      case NBD_OPT_ABORT:
        this.reply(option, NBD_REP_ACK, NO_DATA);
        return 'ended';
      case NBD_OPT_EXPORT_NAME:
        this.refusal = 'TLS_REQUIRED';
        return 'ended';
      default:
        this.refusal = 'TLS_REQUIRED';
        this.reply(option, NBD_REP_ERR_TLS_REQD, TLS_REQUIRED_TEXT);
        return 'talking';
    }
  }

  /** False when the connection ends. */
  private answer({ option, data, isTooLong }: ClientOption): boolean {
    if (option === NBD_OPT_EXPORT_NAME) return this.attachByName(data.toString(), isTooLong);
    if (isTooLong) {
      this.reply(option, NBD_REP_ERR_TOO_BIG, Buffer.from('option is too long'));
      return true;
    }
    switch (option) {
      case NBD_OPT_ABORT:
        this.reply(option, NBD_REP_ACK, NO_DATA);
        return false;
      case NBD_OPT_LIST:
        this.answerList(data);
        return true;
      case NBD_OPT_INFO:
      case NBD_OPT_GO:
        this.answerInfo(option, data);
        return true;
      case NBD_OPT_STRUCTURED_REPLY:
        if (data.length > 0) return this.invalid(option);
        this.isStructured = true;
        this.reply(option, NBD_REP_ACK, NO_DATA);
        return true;
      case NBD_OPT_LIST_META_CONTEXT:
      case NBD_OPT_SET_META_CONTEXT:
        this.answerMetaContext(option, data);
        return true;
      case NBD_OPT_STARTTLS:
        if (this.isSecure) return this.invalid(option);
        break;
      default:
    }
    this.reply(option, NBD_REP_ERR_UNSUP, Buffer.from('option is not supported'));
    return true;
  }

  private attachByName(name: string, isTooLong: boolean): boolean {
    const target = isTooLong ? undefined : this.exports.lookup(name);
    const refusal = target === undefined ? 'VOLUME_NOT_FOUND' : this.refusalOf(target);
    if (target === undefined || refusal !== null) {
      this.refusal = refusal ?? 'VOLUME_NOT_FOUND';
      return false;
    }
    this.send(encodeExportNameReply(target.sizeBytes, this.transmissionFlags(), this.parser.isNoZeroes));
    this.target = target;
    return true;
  }

  private answerList(data: Buffer): void {
    if (data.length > 0) {
      this.invalid(NBD_OPT_LIST);
      return;
    }
    for (const target of this.exports.list()) {
      // A volume that this client may not attach is none of its business.
      if (!isClientAllowed(target.allowedClients, this.clientAddress)) continue;
      this.reply(NBD_OPT_LIST, NBD_REP_SERVER, encodeListedExport(target.name));
    }
    this.reply(NBD_OPT_LIST, NBD_REP_ACK, NO_DATA);
  }

  private answerInfo(option: number, data: Buffer): void {
    const request = decodeInfoRequest(data);
    if (request === null) {
      this.invalid(option);
      return;
    }
    const target = this.admit(option, request.name);
    if (target === null) return;
    this.reply(option, NBD_REP_INFO, encodeInfoExport(target.sizeBytes, this.transmissionFlags()));
    this.reply(option, NBD_REP_INFO, encodeInfoBlockSize(1, target.preferredBlockBytes, PAYLOAD_BYTES_MAX));
    if (request.infos.includes(NBD_INFO_NAME)) {
      this.reply(option, NBD_REP_INFO, encodeInfoText(NBD_INFO_NAME, target.name));
    }
    if (request.infos.includes(NBD_INFO_DESCRIPTION)) {
      this.reply(option, NBD_REP_INFO, encodeInfoText(NBD_INFO_DESCRIPTION, DESCRIPTION));
    }
    this.reply(option, NBD_REP_ACK, NO_DATA);
    if (option === NBD_OPT_GO) this.target = target;
  }

  private answerMetaContext(option: number, data: Buffer): void {
    const request = decodeMetaContextRequest(data);
    if (request === null || (option === NBD_OPT_SET_META_CONTEXT && !this.isStructured)) {
      this.invalid(option);
      return;
    }
    // Whatever was agreed before no longer holds, even if this fails.
    if (option === NBD_OPT_SET_META_CONTEXT) this.blockStatusExport = null;
    const target = this.admit(option, request.name);
    if (target === null) return;
    if (option === NBD_OPT_SET_META_CONTEXT) {
      if (request.queries.includes(BASE_ALLOCATION)) {
        this.blockStatusExport = target.name;
        this.reply(option, NBD_REP_META_CONTEXT, encodeMetaContext(BASE_ALLOCATION_ID, BASE_ALLOCATION));
      }
    } else if (isBaseAllocationListed(request)) {
      this.reply(option, NBD_REP_META_CONTEXT, encodeMetaContext(0, BASE_ALLOCATION));
    }
    this.reply(option, NBD_REP_ACK, NO_DATA);
  }

  /** The export that an option names, if this client may use it; else null, and the error is sent. */
  private admit(option: number, name: string): BlockTarget | null {
    const target = this.exports.lookup(name);
    if (target === undefined) {
      this.reply(option, NBD_REP_ERR_UNKNOWN, Buffer.from(ERRORS.VOLUME_NOT_FOUND.text));
      return null;
    }
    const refusal = this.refusalOf(target);
    if (refusal === null) return target;
    const type = refusal === 'SHUTTING_DOWN' ? NBD_REP_ERR_SHUTDOWN : NBD_REP_ERR_POLICY;
    this.reply(option, type, Buffer.from(ERRORS[refusal].text));
    return null;
  }

  private refusalOf(target: BlockTarget): ErrorName | null {
    if (!isClientAllowed(target.allowedClients, this.clientAddress)) return 'CLIENT_NOT_ALLOWED';
    return target.accessRefusal;
  }

  private transmissionFlags(): number {
    return TRANSMISSION_FLAGS | (this.isStructured ? NBD_FLAG_SEND_DF : 0);
  }

  private invalid(option: number): true {
    this.reply(option, NBD_REP_ERR_INVALID, Buffer.from('data of the option is not valid'));
    return true;
  }

  private reply(option: number, type: number, data: Buffer): void {
    this.send(encodeOptionReply(option, type, data));
  }
}

/** No query asks for all there is, `base:` for all of that namespace. */
function isBaseAllocationListed({ queries }: MetaContextRequest): boolean {
  return queries.length === 0 || queries.includes('base:') || queries.includes(BASE_ALLOCATION);
}
