/**
 * Where a volume's bytes live: a sparse file or a block device. Calls that end in `Now` run on the event loop and never wait for a
 * disk; the others run on the thread pool. Failures are Refusals DEVICE_FAILED or DEVICE_FULL, with the system's code in the factor.
 */
export interface Device {
  readonly path: string;
  readonly sizeBytes: number;
  /** Holes cost no space here, and reading them gives zeros. */
  readonly isThin: boolean;

  /**
   * Writes buffers end to end through the page cache, all bytes or a Refusal. It may read a page from the disk when an edge of the
   * range is not page-aligned and that page is cold: ask `isWarm` first where that matters.
   */
  writeNow(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): void;
  /** The same on the thread pool. */
  write(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): Promise<void>;

  /** Reads into `target` if all of it is in the page cache; false, with `target` undefined, if not (RWF_NOWAIT). */
  readNow(target: Uint8Array, offset: number): boolean;
  /** Reads on the thread pool; fills `target`. */
  read(target: Uint8Array, offset: number): Promise<void>;
  /** Whether `writeNow` of this range can finish without a read from the disk: its unaligned edge pages are cached. */
  isWarm(offset: number, lengthBytes: number): boolean;

  /** Makes the range read as zeros. With `mayPunch` its space is given back; without, space stays allocated. */
  zero(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void>;

  /**
   * Data and holes from `offset` on, in order, covering up to `lengthBytes` (SEEK_DATA and SEEK_HOLE). A device that cannot tell
   * answers one run of data.
   */
  extentsNow(offset: number, lengthBytes: number): DeviceExtent[];

  /** Bytes allocated on the disk. */
  usedBytesNow(): number;

  /** fdatasync. After a failure nothing is known of what was written since the last success: never call it again to retry. */
  sync(): Promise<void>;
  /** Grows the device to the new size; new bytes read as zeros. */
  grow(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface DeviceExtent {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly isHole: boolean;
}
