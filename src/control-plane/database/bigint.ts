/** Transformer of bigint columns, which arrive as text; our sizes stay far below 2^53. */
export const bigintAsNumber = { to: (value: number) => value, from: (value: string) => Number(value) };
