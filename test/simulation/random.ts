/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)]
    if (item === undefined) throw new Error('there is nothing to pick from')
    return item
  }

  /** The same items in an order of its own. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const left = [...items]
    for (let last = left.length - 1; last > 0; last -= 1) {
      const other = this.between(0, last)
      ;[left[last], left[other]] = [left[other]!, left[last]!]
    }
    return left
  }

  /** Another stream of numbers that does not shift when this one is used more or less. */
  fork(): Random {
    return new Random(Math.floor(this.next() * 4_294_967_296))
  }
}
