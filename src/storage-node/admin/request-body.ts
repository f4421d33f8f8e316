import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../errors/refusal.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one JSON body, never more of it than allowed.
 * @param take resolves when there is memory for so many bytes
 * @throws Refusal MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, BODY_MALFORMED
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
  take: (bytes: number) => Promise<void>,
): Promise<unknown> {
  const [mediaType] = (request.headers['content-type'] ?? '').split(';');
  if (mediaType!.trim().toLowerCase() !== 'application/json') {
    throw new Refusal('MEDIA_TYPE_UNSUPPORTED', 'Content-Type');
  }
  const tooLarge = () => new Refusal('BODY_TOO_LARGE', `more than ${bytesMax} bytes`);
  const toldBytes = Number(request.headers['content-length'] ?? bytesMax);
  if (toldBytes > bytesMax) throw tooLarge();
  await take(toldBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Destroying the request would close the connection before the refusal is on it.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('BODY_MALFORMED', 'it ended early');
  }
  try {
    return JSON.parse(utf8.decode(Buffer.concat(chunks))) as unknown;
  } catch {
    throw new Refusal('BODY_MALFORMED');
  }
}
