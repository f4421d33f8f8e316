import { Refusal } from '../../errors/refusal.js';
import type { HostRequest } from '../volume/host-request.js';
import type { HostPath } from './host-path.js';

/**
 * A volume that passes from one path to another: hosts wait instead of failing. What it holds is bounded, since each connection has a
 * limit of bytes in flight.
 */
export class PausedPath implements HostPath {
  readonly refusal = null;
  private held: HostRequest[] = [];

  submit(requests: readonly HostRequest[]): void {
    this.held.push(...requests);
  }

  idle(): Promise<void> {
    return Promise.resolve();
  }

  sync(): Promise<void> {
    return Promise.reject(new Refusal('ACCESS_WAITING'));
  }

  /** Hands over what came meanwhile, in its order. */
  take(): HostRequest[] {
    const { held } = this;
    this.held = [];
    return held;
  }
}
