/** Changes of one thing happen one after the other, in the order they were asked for; changes of different things do not wait. */
export class Turns<Key> {
  private readonly last = new Map<Key, Promise<unknown>>();

  /** Runs `change` once every earlier change of `key` has ended, well or not. */
  take<T>(key: Key, change: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    const done = before.then(change, change);
    this.last.set(key, done);
    const forget = () => {
      if (this.last.get(key) === done) this.last.delete(key);
    };
    done.then(forget, forget);
    return done;
  }

  /** Resolves when every change asked for so far has ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.last.values());
  }
}
