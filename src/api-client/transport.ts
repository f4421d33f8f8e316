/** Sends requests: with fetch, or over TLS to a server of which one certificate authority is trusted. */
import { Agent, request as sendRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

export type Send = (request: Request) => Promise<Response>;

/** An answer that comes later than this comes never: more than the API waits for a job. */
const SILENCE_MS = 300_000;

/** @param ca PEM; only these authorities are trusted then, instead of those that Node.js knows */
export function transportTo(url: string, ca?: string): Send {
  return ca === undefined || !url.startsWith('https:') ? (request) => fetch(request) : sendTrusting(ca);
}

/** The built-in fetch takes no certificate of its own without a library that is not built in. */
function sendTrusting(ca: string): Send {
  const agent = new Agent({ ca, keepAlive: true });
  return async (request) => {
    const body = Buffer.from(await request.arrayBuffer());
    const { method, url, signal } = request;
    const headers = Object.fromEntries(request.headers);
    return new Promise((resolve, reject) => {
      const sent = sendRequest(url, { method, headers, agent, signal }, (answer) => resolve(asResponse(answer)));
      sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error('no answer in time')));
      sent.on('error', reject);
      sent.end(body.length > 0 ? body : undefined);
    });
  };
}

function asResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const status = answer.statusCode!;
  if (status !== 204 && status !== 304) return new Response(bodyOf(answer), { status, headers });
  answer.resume();
  return new Response(null, { status, headers });
}

function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  return Readable.toWeb(answer) as ReadableStream<Uint8Array>;
}
