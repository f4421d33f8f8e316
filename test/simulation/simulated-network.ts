/**
 * A network in memory between machines: bytes take their time, connections are cut or fall silent, messages of the peer protocol
 * are dropped, doubled, swapped and damaged. What happens depends on the seed alone.
 */
import { EventEmitter } from 'node:events';
import { decodeFrameHeader } from '../../src/format/peer/frame-header.js';
import { FRAME_HEADER_BYTES } from '../../src/format/peer/frame.js';
import { PeerMessageType } from '../../src/format/peer/messages.js';
import type { HostPort } from '../../src/storage-node/config/host-port.js';
import { PEER_WRITE_BUFFER_BYTES } from '../../src/storage-node/config/limits.js';
import type { Guest, PeerNetwork, PeerServer, PeerSocket } from '../../src/storage-node/replication/network.js';
import { FaultPlan, FrameCutter } from '../support/frame-faults.js';
import type { SeededRandom } from '../support/seeded-random.js';
import type { Trace } from './trace.js';
import type { VirtualClock } from './virtual-clock.js';

/** Bytes under way that the system holds for a connection; what is beyond waits in the socket. */
const SYSTEM_BUFFER_BYTES = 256 * 1024;
/** TCP tries again after so long, once a link that was silent carries something. */
const RETRANSMIT_MS_MAX = 200;

/** One run of a machine's process: what is over hears and says nothing any more. */
export interface Life {
  readonly isOver: boolean;
  readonly whenEnded: Promise<void>;
}

/** A machine's place in the network. It outlives the runs of its node. */
export interface Machine {
  readonly host: string;
  hasPower: boolean;
}

interface Listener {
  readonly life: Life;
  readonly accept: (socket: PeerSocket) => Guest | null;
}

const DELAY_MS_MAX = 0.4;

/** The wire between two machines. */
export class Cable {
  readonly minDelayMs = 0.05;
  maxDelayMs = DELAY_MS_MAX;
  /** Infinity: as fast as it gets. */
  bytesPerMs = Infinity;
  /** Hosts towards which nothing passes just now, and nobody is told. */
  readonly silentTowards = new Set<string>();
  /** What happens to messages on their way to a host. */
  readonly plans = new Map<string, FaultPlan>();

  planTowards(host: string): FaultPlan {
    let plan = this.plans.get(host);
    if (plan === undefined) this.plans.set(host, (plan = new FaultPlan()));
    return plan;
  }

  thin(bytesPerMs: number, maxDelayMs: number): void {
    this.bytesPerMs = bytesPerMs;
    this.maxDelayMs = maxDelayMs;
  }

  widen(): void {
    this.thin(Infinity, DELAY_MS_MAX);
  }

  /** Its messages are left alone. */
  behave(): void {
    for (const plan of this.plans.values()) plan.mend();
  }

  /** As good as new; silence goes on. */
  mend(): void {
    this.behave();
    this.widen();
  }
}

export class SimulatedNetwork {
  private readonly wires = new Map<string, Cable>();
  private readonly machines = new Map<string, Machine>();
  private readonly listeners = new Map<string, Listener>();
  private readonly sockets = new Set<SimulatedSocket>();
  private lastPort = 40_000;
  private lastConnection = 0;

  constructor(
    readonly clock: VirtualClock,
    readonly random: SeededRandom,
    readonly trace: Trace,
  ) {}

  addMachine(host: string): Machine {
    const machine: Machine = { host, hasPower: true };
    this.machines.set(host, machine);
    return machine;
  }

  /** The network as one run of a machine's node sees it. */
  of(machine: Machine, life: Life): PeerNetwork {
    return {
      connect: (address, _identity, ready) => this.connect(machine, life, address, ready),
      listen: async (at, _identity, accept) => this.listen(machine, life, at, accept),
    };
  }

  /** The system closes what a killed process had open. */
  processEnded(life: Life): void {
    for (const socket of this.sockets) if (socket.life === life) socket.abandon(true);
  }

  /** Nobody closes anything. */
  powerLost(life: Life): void {
    for (const socket of this.sockets) if (socket.life === life) socket.abandon(false);
  }

  /** Ends every connection; both ends see it. */
  cutAll(): void {
    for (const socket of this.sockets) socket.reset();
  }

  cableBetween(host: string, other: string): Cable {
    const key = host < other ? `${host} ${other}` : `${other} ${host}`;
    let cable = this.wires.get(key);
    if (cable === undefined) this.wires.set(key, (cable = new Cable()));
    return cable;
  }

  get cables(): Iterable<Cable> {
    return this.wires.values();
  }

  /** What was held back by silence gets through. */
  resume(): void {
    for (const cable of this.cables) cable.silentTowards.clear();
    for (const socket of this.sockets) socket.lane.kick(this.random.next() * RETRANSMIT_MS_MAX);
  }

  /** Whether nothing passes from one host to the other just now. */
  isSilent(from: string, to: string): boolean {
    const hasPower = [from, to].every((host) => this.machines.get(host)!.hasPower);
    return !hasPower || this.cableBetween(from, to).silentTowards.has(to);
  }

  delayMs(host: string, other: string): number {
    const { minDelayMs, maxDelayMs } = this.cableBetween(host, other);
    return minDelayMs + this.random.next() * (maxDelayMs - minDelayMs);
  }

  forget(socket: SimulatedSocket): void {
    this.sockets.delete(socket);
  }

  private listen(machine: Machine, life: Life, at: HostPort, accept: Listener['accept']): PeerServer {
    const key = `${machine.host}:${at.port}`;
    const listener: Listener = { life, accept };
    this.listeners.set(key, listener);
    return {
      address: { host: machine.host, port: at.port },
      close: async () => {
        if (this.listeners.get(key) === listener) this.listeners.delete(key);
      },
    };
  }

  private connect(machine: Machine, life: Life, address: HostPort, ready: () => void): PeerSocket {
    const name = `c${++this.lastConnection}`;
    const near = new SimulatedSocket(this, name, life, machine.host, address);
    this.sockets.add(near);
    const delayMs = this.delayMs(machine.host, address.host);
    this.clock.after(delayMs, () => this.knock(near, { host: machine.host, port: ++this.lastPort }, ready));
    return near;
  }

  private knock(near: SimulatedSocket, from: HostPort, ready: () => void): void {
    const { host, port } = near.to;
    // Nobody answers: whoever dials gives up in time.
    if (near.isOver || this.isSilent(near.host, host) || this.isSilent(host, near.host)) return;
    const listener = this.listeners.get(`${host}:${port}`);
    if (listener === undefined || listener.life.isOver) {
      this.clock.after(this.delayMs(host, near.host), () => near.fail('ECONNREFUSED'));
      return;
    }
    const far = new SimulatedSocket(this, near.name, listener.life, host, from);
    this.sockets.add(far);
    near.peer = far;
    far.peer = near;
    this.trace.note('net', `${near.name} ${near.host} → ${host}`);
    listener.accept(far)?.ready(far);
    this.clock.after(this.delayMs(host, near.host), () => {
      if (!near.isOver && !near.life.isOver) ready();
    });
  }
}

/** One end of a connection. */
class SimulatedSocket extends EventEmitter implements PeerSocket {
  peer: SimulatedSocket | null = null;
  isOver = false;
  writableNeedDrain = false;
  /** What arrives waits with the system. */
  isPaused = false;
  readonly lane: Lane;
  private corks = 0;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private hasEnded = false;

  constructor(
    private readonly network: SimulatedNetwork,
    readonly name: string,
    readonly life: Life,
    readonly host: string,
    readonly to: HostPort,
  ) {
    super();
    this.lane = new Lane(network, this);
  }

  get remoteAddress(): string {
    return this.to.host;
  }

  get remotePort(): number {
    return this.to.port;
  }

  get writableLength(): number {
    return this.pendingBytes + Math.max(0, this.lane.bytes - SYSTEM_BUFFER_BYTES);
  }

  cork(): void {
    this.corks++;
  }

  uncork(): void {
    if (this.corks > 0) this.corks--;
    if (this.corks === 0) this.flush();
  }

  write(bytes: Buffer): void {
    if (this.isOver || this.hasEnded || this.life.isOver) return;
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.corks === 0) this.flush();
    if (this.writableLength > PEER_WRITE_BUFFER_BYTES) this.writableNeedDrain = true;
  }

  end(): void {
    if (this.isOver || this.hasEnded || this.life.isOver) return;
    this.corks = 0;
    this.flush();
    this.hasEnded = true;
    this.lane.send([], 'end');
  }

  destroy(): void {
    if (this.isOver || this.life.isOver) return;
    this.isOver = true;
    this.lane.send([], 'end');
    this.network.forget(this);
    process.nextTick(() => this.tell('close'));
  }

  /** Its process is gone. @param isTold whether a system is there to tell the other end */
  abandon(isTold: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    if (isTold) this.lane.send([], 'reset');
    else this.lane.drop();
    this.network.forget(this);
  }

  fail(code: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.lane.drop();
    this.network.forget(this);
    this.tell('error', Object.assign(new Error(code), { code }));
    this.tell('close');
  }

  /** Both ends see it, now. */
  reset(): void {
    const { peer } = this;
    this.fail('ECONNRESET');
    peer?.fail('ECONNRESET');
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.peer?.lane.kick(0);
  }

  // --- what comes from the other end ---

  receive(bytes: Buffer): void {
    if (!this.isOver) this.tell('data', bytes);
  }

  /** The other end sends no more; as node:net does by default, this end then closes too. */
  receiveEnd(): void {
    if (this.isOver) return;
    this.tell('end');
    this.destroy();
  }

  left(): void {
    if (!this.writableNeedDrain || this.writableLength > 0 || this.isOver) return;
    this.writableNeedDrain = false;
    this.tell('drain');
  }

  private tell(event: string, ...details: unknown[]): void {
    if (!this.life.isOver) this.emit(event, ...details);
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    // The receiver keeps slices of what it gets: none of the sender's memory may be among them.
    const bytes = Buffer.concat(this.pending);
    this.pending = [];
    this.pendingBytes = 0;
    this.lane.send([bytes], null);
  }
}

type Ending = 'end' | 'reset';

interface Item {
  readonly dueMs: number;
  readonly bytes: Buffer | null;
  readonly ending: Ending | null;
}

/** One direction of a connection. */
class Lane {
  /** Under way. */
  bytes = 0;
  private items: Item[] = [];
  private lastDueMs = 0;
  private isScheduled = false;
  private cutter: FrameCutter | null = null;

  constructor(
    private readonly network: SimulatedNetwork,
    private readonly from: SimulatedSocket,
  ) {}

  private get cable(): Cable {
    return this.network.cableBetween(this.from.host, this.from.to.host);
  }

  send(chunks: readonly Buffer[], ending: Ending | null): void {
    const { network, from } = this;
    if (from.peer === null) return;
    for (const chunk of chunks) {
      this.cutter ??= new FrameCutter(this.cable.planTowards(from.to.host));
      const { bytes, isCut } = this.cutter.pass(chunk);
      this.enqueuePieces(Buffer.concat(bytes));
      if (isCut) {
        network.clock.after(0, () => from.reset());
        return;
      }
    }
    if (ending !== null) this.enqueue(null, ending);
  }

  /** What is written at once may arrive in pieces, cut anywhere. */
  private enqueuePieces(bytes: Buffer): void {
    const { random } = this.network;
    const cut = random.isOneIn(8) ? random.below(bytes.length + 1) : 0;
    if (cut > 0) this.enqueue(bytes.subarray(0, cut), null);
    if (cut < bytes.length) this.enqueue(bytes.subarray(cut), null);
  }

  drop(): void {
    this.items = [];
    this.bytes = 0;
  }

  /** The link may carry again. */
  kick(delayMs: number): void {
    if (this.items.length > 0) this.schedule(this.network.clock.nowMs + delayMs);
  }

  private enqueue(bytes: Buffer | null, ending: Ending | null): void {
    const { network } = this;
    const takesMs = (bytes?.length ?? 0) / this.cable.bytesPerMs;
    const delayMs = network.delayMs(this.from.host, this.from.to.host);
    const dueMs = Math.max(this.lastDueMs, network.clock.nowMs + delayMs) + takesMs;
    this.lastDueMs = dueMs;
    this.bytes += bytes?.length ?? 0;
    this.items.push({ dueMs, bytes, ending });
    this.schedule(dueMs);
  }

  private schedule(atMs: number): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    const { clock } = this.network;
    clock.after(atMs - clock.nowMs, () => {
      this.isScheduled = false;
      this.deliver();
    });
  }

  private deliver(): void {
    const { network, from } = this;
    const item = this.items[0];
    const peer = from.peer!;
    if (item === undefined || network.isSilent(from.host, from.to.host)) return;
    if (peer.isPaused && !peer.isOver && item.bytes !== null) return;
    if (item.dueMs > network.clock.nowMs) return this.schedule(item.dueMs);
    this.items.shift();
    if (this.items.length > 0) this.schedule(this.items[0]!.dueMs);
    network.trace.note('net', `${from.name} → ${peer.host} ${item.ending ?? messagesIn(item.bytes!)}`);
    if (peer.isOver) {
      // A system without that connection answers so.
      if (item.bytes !== null)
        network.clock.after(network.delayMs(from.host, from.to.host), () => from.fail('ECONNRESET'));
    } else if (item.ending === 'reset') peer.fail('ECONNRESET');
    else if (item.ending === 'end') peer.receiveEnd();
    else peer.receive(item.bytes!);
    this.bytes -= item.bytes?.length ?? 0;
    from.left();
  }
}

/** For people: the messages that a piece begins with, and its size. */
function messagesIn(bytes: Buffer): string {
  const names: string[] = [];
  try {
    for (let at = 0; at + FRAME_HEADER_BYTES <= bytes.length;) {
      const { type, bodyBytes } = decodeFrameHeader(bytes, at);
      names.push(PeerMessageType[type]);
      at += FRAME_HEADER_BYTES + bodyBytes;
    }
  } catch {
    names.push('…');
  }
  return `${names.join(' ')} (${bytes.length} B)`;
}
