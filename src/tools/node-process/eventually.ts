/**
 * Asks again every 20 ms until the answer is something and not an error.
 * @param ask undefined: not yet
 * @throws Error that says what did not happen and, if asking failed, how it last did
 */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown = null;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = null;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (performance.now() < deadline);
  throw new Error(`${what}: not within ${timeoutMs} ms${last instanceof Error ? ` (${last.message})` : ''}`);
}
