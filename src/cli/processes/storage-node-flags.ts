/**
 * V8 flags for a storage node. Payloads live outside of V8's heap for milliseconds; by default every 64 MiB of them start a full
 * collection of a heap that hardly changes, which at full write speed costs a third of the processors (docs/benchmarks.md).
 */
export const STORAGE_NODE_FLAGS = [
  '--external-memory-accounted-in-global-limit',
  '--initial-old-space-size=256',
  // For src/storage-node/memory-guard.ts.
  '--expose-gc',
];
