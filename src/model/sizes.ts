export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** Bytes that one bit of a change map stands for. */
export const REGION_BYTES = 64 * KIB;

/** A log smaller than this is refused (VVR's rule, promise C16). */
export const SRL_SIZE_MIN_BYTES = 128 * MIB;
