/** Tells in lines of text what a file of a storage node holds. Damage is named in a line that begins with `error:`. */
import { isRefusal } from '../../errors/refusal.js';
import {
  ACTIVITY_MAGIC,
  ACTIVITY_SLOT_BYTES,
  ACTIVITY_VERSION,
  decodeActivitySlot,
} from '../../format/metadata/activity-slot.js';
import { CHANGE_MAP_MAGIC } from '../../format/metadata/change-map-file.js';
import { decodeAnyMetadata } from '../../format/metadata/envelope.js';
import { decodeHead, HEAD_MAGIC, HEAD_VERSION } from '../../format/srl/head.js';
import { SEGMENT_MAGIC } from '../../format/srl/segment.js';
import { describeChangeMap } from './describe-change-map.js';
import { describeSegment } from './describe-segment.js';

export function describeFile(bytes: Buffer, name: string): string[] {
  try {
    return describe(bytes, name);
  } catch (error) {
    if (isRefusal(error)) return [`error: ${error.code}: ${error.message}`];
    throw error;
  }
}

function describe(bytes: Buffer, name: string): string[] {
  const magic = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
  if (magic === SEGMENT_MAGIC) return describeSegment(bytes);
  if (magic === HEAD_MAGIC) return describeHead(bytes);
  if (magic === CHANGE_MAP_MAGIC) return describeChangeMap(bytes, name);
  // Either slot may be damaged, also where the magic stands.
  const second = bytes.length > ACTIVITY_SLOT_BYTES + 4 ? bytes.readUInt32BE(ACTIVITY_SLOT_BYTES) : 0;
  if (magic === ACTIVITY_MAGIC || second === ACTIVITY_MAGIC) return describeActivityLog(bytes);
  if (bytes.length > 0 && bytes.every((byte) => byte === 0))
    return ['blank: zeros, as a segment that waits for its use'];
  return describeMetadata(bytes, name);
}

function describeHead(bytes: Buffer): string[] {
  const groupId = bytes.subarray(8, 24);
  const head = decodeHead(bytes, groupId);
  if (typeof head === 'string') return [`error: head of a log: ${head}`];
  return [`head of a log, version ${HEAD_VERSION}`, `group ${groupId.toString('hex')}, written up to LSN ${head}`];
}

function describeActivityLog(bytes: Buffer): string[] {
  const found = [0, 1].map((i) =>
    decodeActivitySlot(bytes.subarray(i * ACTIVITY_SLOT_BYTES, (i + 1) * ACTIVITY_SLOT_BYTES)),
  );
  const whole = found.flatMap((decoding) => (decoding.kind === 'whole' ? [decoding.slot] : []));
  const newest = Math.max(...whole.map(({ sequence }) => sequence));
  const owner = whole[0]?.owner;
  const lines = found.map((decoding, i) => {
    if (decoding.kind === 'torn') return `slot ${i}: torn while sequence ${decoding.sequenceMax} was written`;
    if (decoding.kind !== 'whole') return `error: slot ${i}: ${JSON.stringify(decoding)}`;
    const { sequence, extents, extentBytes } = decoding.slot;
    const which = sequence === newest ? ' (newest)' : '';
    const list = [...extents].sort((a, b) => a - b).join(' ');
    return `slot ${i}${which}: sequence ${sequence}, ${extents.length} extents of ${extentBytes} bytes: ${list}`.trim();
  });
  const whose = owner === undefined ? [] : [`of volume ${owner.volumeUid} in group ${owner.groupUid}`];
  return [`activity log, version ${ACTIVITY_VERSION}`, ...whose, ...lines];
}

function describeMetadata(bytes: Buffer, name: string): string[] {
  const { format, version, body } = decodeAnyMetadata(bytes, name);
  return [`${format}, version ${version}`, ...JSON.stringify(body, withoutSecrets, 2).split('\n')];
}

/** Of `node.json`. What is printed here ends up in reports of faults. */
const SECRETS = ['keyPem', 'enrolmentSecret'];

function withoutSecrets(field: string, value: unknown): unknown {
  return SECRETS.includes(field) ? '(not shown)' : value;
}
