interface Waiting {
  readonly caller: string;
  readonly go: () => void;
}

/**
 * Lets so many go at the same time, and fewer of the same caller; the others wait in the order in which they came, but
 * nobody waits for a caller that has as many as it may.
 */
export class Turns {
  readonly #waiting: Waiting[] = [];
  readonly #going = new Map<string, number>();
  #free: number;

  /** @param perCaller at least 1, at most `inAll` */
  constructor(
    inAll: number,
    private readonly perCaller: number,
  ) {
    this.#free = inAll;
  }

  /** Calls `go` at once, or when it is its turn. It has to be followed by one {@link end} of the same caller. */
  begin(caller: string, go: () => void): void {
    if (!this.#may(caller)) {
      this.#waiting.push({ caller, go });
      return;
    }
    this.#take(caller);
    go();
  }

  end(caller: string): void {
    this.#free++;
    const left = this.#goingOf(caller) - 1;
    if (left === 0) this.#going.delete(caller);
    else this.#going.set(caller, left);
    const next = this.#waiting.findIndex((waiting) => this.#may(waiting.caller));
    if (next < 0) return;
    const [{ caller: whose, go }] = this.#waiting.splice(next, 1) as [Waiting];
    this.#take(whose);
    // Not from within the one that ends: what it holds could not be freed before the next one, and so on, has ended too.
    setImmediate(go);
  }

  #may(caller: string): boolean {
    return this.#free > 0 && this.#goingOf(caller) < this.perCaller;
  }

  #take(caller: string): void {
    this.#free--;
    this.#going.set(caller, this.#goingOf(caller) + 1);
  }

  #goingOf(caller: string): number {
    return this.#going.get(caller) ?? 0;
  }
}
