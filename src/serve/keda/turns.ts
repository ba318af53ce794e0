/** Lets so many go at the same time; the others wait in the order in which they came. */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Calls `go` at once, or when it is its turn. It has to be followed by one {@link end}. */
  begin(go: () => void): void {
    if (this.free === 0) {
      this.#waiting.push(go);
      return;
    }
    this.free--;
    go();
  }

  end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.free++;
    // Not from within the one that ends: what it holds could not be freed before the next one, and so on, has ended too.
    else setImmediate(next);
  }
}
