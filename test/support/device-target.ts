import { isRefusal } from '../../src/errors/refusal.js';
import type { ErrorName } from '../../src/errors/registry.js';
import type { Device } from '../../src/storage-node/device/device.js';
import { HostErrors } from '../../src/storage-node/volume/host-errors.js';
import {
  HostOperation,
  READ_COPY_BYTES_MAX,
  type BlockTarget,
  type ExtentStatus,
  type HostRequest,
} from '../../src/storage-node/volume/host-request.js';

/** The least that can serve a device to hosts: no log, no copies. For tests and figures of the NBD server alone. */
export class DeviceTarget implements BlockTarget {
  readonly preferredBlockBytes = 4096;
  readonly errors = new HostErrors();
  accessRefusal: ErrorName | null = null;
  allowedClients: readonly string[] = ['127.0.0.0/8', '::1'];
  /** Sizes of the batches that came. */
  readonly batches: number[] = [];
  private readonly small = Buffer.alloc(READ_COPY_BYTES_MAX);

  constructor(
    readonly name: string,
    readonly device: Device,
  ) {}

  get sizeBytes(): number {
    return this.device.sizeBytes;
  }

  submit(requests: readonly HostRequest[]): void {
    if (this.batches.length < 1000) this.batches.push(requests.length);
    for (const request of requests) this.start(request);
  }

  extents(offset: number, length: number): Promise<readonly ExtentStatus[]> {
    const found = this.device.extentsNow(offset, length);
    return Promise.resolve(found.map(({ lengthBytes, isHole }) => ({ length: lengthBytes, isHole, isZero: isHole })));
  }

  private start(request: HostRequest): void {
    const { operation, offset, length } = request;
    switch (operation) {
      case HostOperation.Read:
        this.read(request);
        break;
      case HostOperation.Write:
        this.write(request);
        break;
      case HostOperation.Flush:
        this.finish(request, this.device.sync());
        break;
      case HostOperation.Trim:
      case HostOperation.WriteZeroes: {
        const mayPunch = operation === HostOperation.Trim || !request.isNoHole;
        this.finish(request, this.device.zero(offset, length, mayPunch));
        break;
      }
    }
  }

  private read(request: HostRequest): void {
    const data =
      request.length <= READ_COPY_BYTES_MAX
        ? this.small.subarray(0, request.length)
        : Buffer.allocUnsafeSlow(request.length);
    if (this.device.readNow(data, request.offset)) {
      request.sink.completeRead(request, data);
      return;
    }
    const own = data.buffer === this.small.buffer ? Buffer.alloc(request.length) : data;
    this.device.read(own, request.offset).then(
      () => request.sink.completeRead(request, own),
      (error: unknown) => request.sink.complete(request, nameOf(error)),
    );
  }

  private write(request: HostRequest): void {
    try {
      this.device.writeNow(request.payload, request.length, request.offset);
    } catch (error) {
      request.sink.complete(request, nameOf(error));
      return;
    }
    if (request.isFua) this.finish(request, this.device.sync());
    else request.sink.complete(request, null);
  }

  private finish(request: HostRequest, work: Promise<void>): void {
    work.then(
      () => request.sink.complete(request, null),
      (error: unknown) => request.sink.complete(request, nameOf(error)),
    );
  }
}

function nameOf(error: unknown): ErrorName {
  if (isRefusal(error)) return error.code;
  throw error;
}
