/** A host of one volume in this process: one request at a time, each with its answer. */
import { HostOperation, HostRequest, type ReplySink } from '../../src/storage-node/volume/host-request.js';
import type { HostedVolume } from '../../src/storage-node/group/hosted-volume.js';

export class VolumeHost {
  /** @param hosted the volume as it is now: another object after each start of its node */
  constructor(private readonly hosted: () => HostedVolume) {}

  write(offset: number, data: Buffer, options: { isFua?: boolean } = {}): Promise<string | null> {
    return this.request(HostOperation.Write, offset, data.length, [data], options.isFua);
  }

  trim(offset: number, length: number): Promise<string | null> {
    return this.request(HostOperation.Trim, offset, length, []);
  }

  flush(): Promise<string | null> {
    return this.request(HostOperation.Flush, 0, 0, []);
  }

  /** The error of a read, or its data. */
  read(offset: number, length: number): Promise<string | Buffer> {
    return new Promise((resolve) => {
      const sink: ReplySink = {
        complete: (_, error) => resolve(error ?? 'no data'),
        completeRead: (_, data) => resolve(Buffer.from(data)),
      };
      this.hosted().submit([
        new HostRequest(sink, 0, 0, HostOperation.Read, offset, length, [], false, false, false, false),
      ]);
    });
  }

  /** What the volume's file holds, whoever may attach. */
  async image(): Promise<Buffer> {
    const { volume } = this.hosted();
    const image = Buffer.alloc(volume.sizeBytes);
    await volume.readForCopy(image, 0);
    return image;
  }

  /** The error of a request, or null. */
  private request(
    operation: HostOperation,
    offset: number,
    length: number,
    payload: Buffer[],
    isFua = false,
  ): Promise<string | null> {
    return new Promise((resolve) => {
      const sink: ReplySink = { complete: (_, error) => resolve(error), completeRead: () => resolve(null) };
      const request = new HostRequest(sink, 0, 0, operation, offset, length, payload, isFua, false, false, false);
      request.startedAtUs = performance.now() * 1000;
      this.hosted().submit([request]);
    });
  }
}
