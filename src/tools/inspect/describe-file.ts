/** Tells in lines of text what a file of a storage node holds. Damage is named in a line that begins with `error:`. */
import { isRefusal } from '../../errors/refusal.js';
import { ACTIVITY_MAGIC, ACTIVITY_SLOT_BYTES, decodeActivitySlot } from '../../format/metadata/activity-slot.js';
import { CHANGE_MAP_MAGIC } from '../../format/metadata/change-map-header.js';
import { decodeAnyMetadata } from '../../format/metadata/envelope.js';
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
  if (magic === CHANGE_MAP_MAGIC) return describeChangeMap(bytes, name);
  // The first slot of an activity log is blank until its second write.
  const second = bytes.length === 2 * ACTIVITY_SLOT_BYTES ? bytes.readUInt32BE(ACTIVITY_SLOT_BYTES) : 0;
  if (magic === ACTIVITY_MAGIC || second === ACTIVITY_MAGIC) return describeActivityLog(bytes);
  if (bytes.length > 0 && bytes.every((byte) => byte === 0))
    return ['blank: zeros, as a segment that waits for its use'];
  return describeMetadata(bytes, name);
}

function describeActivityLog(bytes: Buffer): string[] {
  const slots = [0, 1].map((i) =>
    decodeActivitySlot(bytes.subarray(i * ACTIVITY_SLOT_BYTES, (i + 1) * ACTIVITY_SLOT_BYTES)),
  );
  const sequences = slots.map((slot) => (typeof slot === 'object' ? slot.sequence : -1));
  const newest = Math.max(...sequences);
  const lines = slots.map((slot, i) => {
    if (slot === 'damaged' || slot === 'version') return `error: slot ${i}: ${slot}`;
    if (slot === 'blank') return `slot ${i}: blank`;
    const extents = [...slot.extents].sort((a, b) => a - b).join(' ');
    const which = slot.sequence === newest ? ' (newest)' : '';
    return `slot ${i}${which}: sequence ${slot.sequence}, ${slot.extents.length} extents of ${slot.extentBytes} bytes: ${extents}`;
  });
  return ['activity log, version 1', ...lines];
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
