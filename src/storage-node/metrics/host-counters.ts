import { HostOperation } from '../volume/host-request.js';
import { LatencyHistogram } from './latency-histogram.js';

/** What hosts asked of this node since it started. Plain numbers, raised where requests end; read when somebody scrapes. */
export class HostCounters {
  /** Indexed by HostOperation. */
  readonly operations = new Float64Array(5);
  readonly failures = new Float64Array(5);
  readonly bytes = new Float64Array(5);
  readonly latencies: readonly LatencyHistogram[] = Array.from({ length: 5 }, () => new LatencyHistogram());
  /** Open NBD connections. */
  connections = 0;
  /** Connections closed because of what they sent. */
  protocolErrors = 0;
  /** When the certificate ends that hosts are shown, milliseconds since 1970; undefined without one. */
  certificateExpiryMs: number | undefined;

  /** @param latencyUs from the request's arrival to its reply */
  finished(operation: HostOperation, lengthBytes: number, latencyUs: number, isFailure: boolean): void {
    this.operations[operation]!++;
    if (isFailure) {
      this.failures[operation]!++;
      return;
    }
    this.bytes[operation]! += lengthBytes;
    this.latencies[operation]!.observe(latencyUs);
  }
}

export const HOST_OPERATION_NAMES: Readonly<Record<HostOperation, string>> = {
  [HostOperation.Read]: 'read',
  [HostOperation.Write]: 'write',
  [HostOperation.Flush]: 'flush',
  [HostOperation.Trim]: 'trim',
  [HostOperation.WriteZeroes]: 'write_zeroes',
};
