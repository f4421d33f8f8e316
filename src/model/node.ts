/** Volumes that one node, as the source of their copies, copies at once (promise C58). */
export const COPY_CONCURRENCY_DEFAULT = 20;
export const COPY_CONCURRENCY_MAX = 1000;
