import { describe, expect, it } from '@jest/globals';
import * as nbd from '../../format/nbd/messages.js';
import { validateRequest } from './validate.js';

const SIZE_BYTES = 1 << 20;
const all = { isStructured: true, hasBlockStatus: true };
const none = { isStructured: false, hasBlockStatus: false };

describe('NBD request validation', () => {
  it.each([
    ['a read to the very end', nbd.NBD_CMD_READ, 0, SIZE_BYTES - 1, 1, null],
    ['a read past the end', nbd.NBD_CMD_READ, 0, SIZE_BYTES - 1, 2, 'REQUEST_OUT_OF_RANGE'],
    ['a read beyond 2^53', nbd.NBD_CMD_READ, 0, 2 ** 64, 1, 'REQUEST_OUT_OF_RANGE'],
    ['a read of nothing', nbd.NBD_CMD_READ, 0, 0, 0, 'REQUEST_INVALID'],
    ['a read of more than 32 MiB', nbd.NBD_CMD_READ, 0, 0, nbd.PAYLOAD_BYTES_MAX + 1, 'REQUEST_TOO_LARGE'],
    ['a read in one piece', nbd.NBD_CMD_READ, nbd.NBD_CMD_FLAG_DF, 0, 1, null],
    ['a read with a flag of another command', nbd.NBD_CMD_READ, nbd.NBD_CMD_FLAG_NO_HOLE, 0, 1, 'REQUEST_INVALID'],
    ['a write with FUA', nbd.NBD_CMD_WRITE, nbd.NBD_CMD_FLAG_FUA, 0, SIZE_BYTES, null],
    ['a write past the end', nbd.NBD_CMD_WRITE, 0, SIZE_BYTES, 1, 'WRITE_OUT_OF_RANGE'],
    ['a write of nothing', nbd.NBD_CMD_WRITE, 0, 0, 0, 'REQUEST_INVALID'],
    ['a write of more than 32 MiB', nbd.NBD_CMD_WRITE, 0, 0, nbd.PAYLOAD_BYTES_MAX + 1, 'REQUEST_TOO_LARGE'],
    ['a flush', nbd.NBD_CMD_FLUSH, 0, 0, 0, null],
    ['a flush with FUA', nbd.NBD_CMD_FLUSH, nbd.NBD_CMD_FLAG_FUA, 0, 0, null],
    ['a trim of all', nbd.NBD_CMD_TRIM, 0, 0, SIZE_BYTES, null],
    ['a trim past the end', nbd.NBD_CMD_TRIM, 0, 1, SIZE_BYTES, 'REQUEST_OUT_OF_RANGE'],
    ['zeroes with all their flags', nbd.NBD_CMD_WRITE_ZEROES, 0b10011, 0, SIZE_BYTES, null],
    ['zeroes past the end', nbd.NBD_CMD_WRITE_ZEROES, 0, 1, SIZE_BYTES, 'WRITE_OUT_OF_RANGE'],
    ['a block status', nbd.NBD_CMD_BLOCK_STATUS, nbd.NBD_CMD_FLAG_REQ_ONE, 0, SIZE_BYTES, null],
    ['a block status past the end', nbd.NBD_CMD_BLOCK_STATUS, 0, 0, SIZE_BYTES + 1, 'REQUEST_OUT_OF_RANGE'],
    ['a command that is not offered', nbd.NBD_CMD_CACHE, 0, 0, 1, 'REQUEST_INVALID'],
    ['an unknown command', 77, 0, 0, 1, 'REQUEST_INVALID'],
    ['an unknown flag', nbd.NBD_CMD_WRITE, 1 << 9, 0, 1, 'REQUEST_INVALID'],
  ] as const)('judges %s', (_name, command, flags, offset, length, verdict) => {
    expect(validateRequest(command, flags, offset, length, SIZE_BYTES, all)).toBe(verdict);
  });

  it('refuses DF and BLOCK_STATUS to a client that did not negotiate them', () => {
    expect(validateRequest(nbd.NBD_CMD_READ, nbd.NBD_CMD_FLAG_DF, 0, 1, SIZE_BYTES, none)).toBe('REQUEST_INVALID');
    expect(validateRequest(nbd.NBD_CMD_BLOCK_STATUS, 0, 0, 1, SIZE_BYTES, none)).toBe('REQUEST_INVALID');
  });
});
