import { isIP } from 'node:net';
import path from 'node:path';
import type { VolumeUid } from '../../model/ids.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import { type Check, flag, integer, list, object, oneOf, optional, text, time, uid } from './shape.js';

const SECTOR_BYTES = 512;
/** 1 PiB: far above what a node can hold, far below where sizes lose bits. */
const VOLUME_BYTES_MAX = 2 ** 50;
const ALLOWED_CLIENTS_MAX = 64;

const volumeName = text(
  32,
  'must be 1 to 32 printable ASCII characters without "," and "?"',
  (name) => /^[\x20-\x7e]+$/.test(name) && !/[,?]/.test(name),
);

const cidr = text(64, 'must be an address or a CIDR block', (block) => {
  const [address = '', prefix, ...rest] = block.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
});

// The node resolves links before it trusts a path; this only asks for one plain spelling.
const backingPath = text(
  4096,
  'must be an absolute path without "..", "//" and control characters',
  (given) => path.isAbsolute(given) && path.normalize(given) === given && !/\p{Cc}/u.test(given),
);

export const volumeSpec: Check<VolumeSpec> = object<VolumeSpec>({
  uid: uid<VolumeUid>(),
  name: volumeName,
  label: integer(0, Number.MAX_SAFE_INTEGER),
  number: optional(integer(1, Number.MAX_SAFE_INTEGER)),
  sizeBytes: (value, at, complain) => {
    const size = integer(SECTOR_BYTES, VOLUME_BYTES_MAX)(value, at, complain);
    if (Number.isSafeInteger(size) && size % SECTOR_BYTES !== 0) complain(at, `must be a multiple of ${SECTOR_BYTES}`);
    return size;
  },
  writeCache: oneOf(['Writeback', 'Writethrough']),
  backing: object<VolumeSpec['backing']>(
    { type: oneOf(['File', 'Block']), path: optional(backingPath) },
    (backing, at, complain) => {
      if (backing.type === 'Block' && backing.path === undefined) complain(`${at}.path`, 'is required for Block');
    },
  ),
  isOverwrite: flag,
  allowedClients: list(cidr, 0, ALLOWED_CLIENTS_MAX),
  isCopyProtected: flag,
  createdTime: time,
});
