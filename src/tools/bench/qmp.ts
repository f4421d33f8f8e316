import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface QmpMessage {
  readonly QMP?: object;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** The least of QEMU's machine protocol that a mirror job needs: one command at a time over a Unix socket. */
export class Qmp {
  private waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void } | null = null;

  private constructor(private readonly socket: Socket) {
    createInterface({ input: socket }).on('line', (line) => this.take(JSON.parse(line) as QmpMessage));
    socket.on('close', () => this.waiting?.reject(new Error('QMP connection closed')));
  }

  static async connect(path: string): Promise<Qmp> {
    const socket = connect({ path });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const qmp = new Qmp(socket);
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  execute(command: string, parameters: object = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  /** Events and the greeting carry neither `return` nor `error` and are passed over: what we wait for is asked for. */
  private take(message: QmpMessage): void {
    const waiting = this.waiting;
    if (waiting === null || (message.return === undefined && message.error === undefined)) return;
    this.waiting = null;
    if (message.error !== undefined) waiting.reject(new Error(message.error.desc));
    else waiting.resolve(message.return);
  }
}
