/** A map from 64-bit keys (two 32-bit halves) to small non-negative numbers. Open addressing over typed arrays. */
export class PairTable {
  private lows: Int32Array;
  private highs: Int32Array;
  private values: Int32Array;
  private mask: number;
  size = 0;

  constructor(capacity = 1024) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.lows = new Int32Array(slots);
    this.highs = new Int32Array(slots);
    this.values = new Int32Array(slots).fill(-1);
    this.mask = slots - 1;
  }

  /** @returns -1 if the key is not in the map. */
  get(low: number, high: number): number {
    const { lows, highs, values, mask } = this;
    for (let slot = (low ^ (high >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const value = values[slot] as number;
      if (value === -1 || (lows[slot] === low && highs[slot] === high)) return value;
    }
  }

  set(low: number, high: number, value: number): void {
    if ((this.size + 1) * 2 > this.mask) this.grow();
    const { lows, highs, values, mask } = this;
    let slot = (low ^ (high >>> 7)) & mask;
    while (values[slot] !== -1 && (lows[slot] !== low || highs[slot] !== high)) slot = (slot + 1) & mask;
    if (values[slot] === -1) this.size += 1;
    lows[slot] = low;
    highs[slot] = high;
    values[slot] = value;
  }

  *entries(): Generator<[low: number, high: number, value: number]> {
    for (let slot = 0; slot <= this.mask; slot += 1) {
      const value = this.values[slot] as number;
      if (value !== -1) yield [this.lows[slot] as number, this.highs[slot] as number, value];
    }
  }

  private grow(): void {
    const bigger = new PairTable(this.mask + 1);
    for (const [low, high, value] of this.entries()) bigger.set(low, high, value);
    this.lows = bigger.lows;
    this.highs = bigger.highs;
    this.values = bigger.values;
    this.mask = bigger.mask;
  }
}
