/** What node:http cannot read as a request never reaches express; it gets our shape of errors all the same. */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { Refusal } from '../../errors/refusal.js';
import { errorAnswer } from './error-answer.js';

/** What node:http says, and we to the client. */
const FACTORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'headers: more than 16 KiB',
  ERR_HTTP_REQUEST_TIMEOUT: 'request: not complete in time',
};

export function answerUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = new Refusal('PARAMETER_INVALID', FACTORS[error.code ?? ''] ?? 'request');
    const body = JSON.stringify(errorAnswer(refusal, randomUUID()));
    const head = [
      'HTTP/1.1 400 Bad Request',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}
