/** Identities (UUIDs) as 16 bytes. */

export const UID_BYTES = 16;

export function writeUid(buffer: Buffer, uid: string, at: number): void {
  buffer.write(uid.replaceAll('-', ''), at, UID_BYTES, 'hex');
}

export function readUid(buffer: Buffer, at: number): string {
  const hex = buffer.toString('hex', at, at + UID_BYTES);
  return [8, 12, 16, 20].reduceRight((text, cut) => `${text.slice(0, cut)}-${text.slice(cut)}`, hex);
}
