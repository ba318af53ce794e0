/** A first-in first-out queue of a fluid: messages are not counted one by one. */
export class Queue {
  /** Lots in the order of arrival. */
  readonly #lots: { readonly arrivedS: number; messages: number }[] = [];
  #first = 0;
  #backlog = 0;

  get backlog(): number {
    return this.#backlog;
  }

  add(arrivedS: number, messages: number): void {
    this.#lots.push({ arrivedS, messages });
    this.#backlog += messages;
  }

  /** Takes out up to so many, and tells their ages. */
  take(atS: number, messages: number, note: (ageS: number, messages: number) => void): void {
    let left = messages;
    while (left > 0 && this.#first < this.#lots.length) {
      const lot = this.#lots[this.#first]!;
      const taken = Math.min(left, lot.messages);
      note(atS - lot.arrivedS, taken);
      lot.messages -= taken;
      left -= taken;
      this.#backlog -= taken;
      if (lot.messages <= 0) this.#first++;
    }
  }
}

/** The quantile of values that are weighted. */
export function weightedQuantile(values: readonly (readonly [value: number, weight: number])[], level: number): number {
  const sorted = [...values].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let passed = 0;
  for (const [value, weight] of sorted) {
    passed += weight;
    if (passed >= level * total) return value;
  }
  return NaN;
}
