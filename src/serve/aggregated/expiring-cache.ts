/**
 * Answers that are good for some time. Who asks for one that is being fetched waits for the same fetch; failures are not
 * kept. Holds a bounded number: the oldest makes way.
 */
export class ExpiringCache<Value> {
  readonly #entries = new Map<string, { readonly value: Promise<Value>; readonly startedMs: number }>();

  constructor(
    private readonly props: {
      /** Milliseconds from the start of a fetch. */
      readonly ttlMs: number;
      readonly maxEntries: number;
      /** Monotonic milliseconds. */
      readonly now: () => number;
    },
  ) {}

  /** @throws what `fetch` throws */
  get(key: string, fetch: () => Promise<Value>): Promise<Value> {
    const { ttlMs, maxEntries, now } = this.props;
    const startedMs = now();
    const known = this.#entries.get(key);
    if (known !== undefined && startedMs - known.startedMs < ttlMs) return known.value;
    // Deleted first, so that the order of the map is that of age.
    this.#entries.delete(key);
    const entry = { value: fetch(), startedMs };
    this.#entries.set(key, entry);
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxEntries) this.#entries.delete(oldest!);
    return entry.value;
  }
}
