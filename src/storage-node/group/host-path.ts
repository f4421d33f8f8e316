import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import type { HostRequest } from '../volume/host-request.js';

/** How host requests of one volume are carried out just now: directly, through its group's log, or not at all. */
export interface HostPath {
  /** Null when hosts may use the volume, else why not. */
  readonly refusal: ErrorName | null;
  /** Only called while `refusal` is null; completes each request once. */
  submit(requests: readonly HostRequest[]): void;
  /** Resolves when none of its requests may still change the volume. */
  idle(): Promise<void>;
  /** Makes durable here what it has acknowledged. Rejects when it cannot, or when something else knows about that. */
  sync(): Promise<void>;
}

/** A volume that hosts may not use. */
export function closedPath(refusal: ErrorName): HostPath {
  return {
    refusal,
    submit: () => {
      throw new Error('requests were handed to a closed volume');
    },
    idle: () => Promise.resolve(),
    sync: () => Promise.reject(new Refusal(refusal)),
  };
}
