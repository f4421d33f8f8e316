/**
 * The envelope of small files (identity, volumes, sessions, positions, epochs): JSON text that any tool can read, whose first line
 * has a fixed form, so that format, version and checksum are known before the body is parsed. See docs/formats/metadata.md.
 */
import { crc32 } from 'node:zlib';
import { Refusal } from '../../errors/refusal.js';

export interface Metadata {
  /** `evenkeel/<what>`, for example `evenkeel/volume`. */
  readonly format: string;
  readonly version: number;
  readonly body: unknown;
}

/** Larger files are damaged or not ours. */
export const METADATA_BYTES_MAX = 16 * 1024 * 1024;

const firstLine =
  /^\{"format":"(evenkeel\/[a-z0-9-]{1,40})","version":([1-9][0-9]{0,8}),"crc32":"([0-9a-f]{8})","body":\n/;
const FIRST_LINE_BYTES_MAX = 160;
const END = '\n}\n';

/** @param what short lower-case name of the format, for example `volume` */
export function encodeMetadata(what: string, version: number, body: unknown): Buffer {
  const text = JSON.stringify(body);
  const format = `evenkeel/${what}`;
  const crc = checksum(format, version, text);
  return Buffer.from(`{"format":"${format}","version":${version},"crc32":"${crc}","body":\n${text}${END}`);
}

/**
 * @param name what the refusal names, usually the file's path
 * @throws Refusal FORMAT_CORRUPT for a file that is not ours, or whose checksum does not hold; FORMAT_UNSUPPORTED for one of another
 *   kind or newer than `versionMax`, whose checksum holds: damage never passes for the work of a later version
 */
export function decodeMetadata(bytes: Buffer, what: string, versionMax: number, name: string): Metadata {
  return decodeAnyMetadata(bytes, name, (format, version) => format === `evenkeel/${what}` && version <= versionMax);
}

/** Decodes a small file of any kind, for tools. The body is parsed only when `isKnown` agrees to format and version. */
export function decodeAnyMetadata(
  bytes: Buffer,
  name: string,
  isKnown: (format: string, version: number) => boolean = () => true,
): Metadata {
  const head = firstLine.exec(bytes.toString('latin1', 0, FIRST_LINE_BYTES_MAX));
  if (head === null) throw new Refusal('FORMAT_CORRUPT', `${name}: does not begin as a file of ours`);
  if (bytes.length > METADATA_BYTES_MAX) throw new Refusal('FORMAT_CORRUPT', `${name}: too long`);
  const format = head[1]!;
  const version = Number(head[2]);
  const text = bytes.toString('utf8', head[0].length);
  const body = text.slice(0, -END.length);
  if (!text.endsWith(END) || checksum(format, version, body) !== head[3]) {
    throw new Refusal('FORMAT_CORRUPT', `${name}: checksum`);
  }
  if (!isKnown(format, version)) throw new Refusal('FORMAT_UNSUPPORTED', `${name}: ${format} version ${version}`);
  try {
    return { format, version, body: JSON.parse(body) as unknown };
  } catch {
    // Never written by us; but whoever can write a file can write a checksum.
    throw new Refusal('FORMAT_CORRUPT', `${name}: not JSON`);
  }
}

/** Covers format and version too, so that a damaged first line cannot make one kind of file out of another. */
function checksum(format: string, version: number, body: string): string {
  return crc32(`${format} ${version}\n${body}`).toString(16).padStart(8, '0');
}
