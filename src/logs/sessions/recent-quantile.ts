const MAX_SCORE = 64;
const PER_UNIT = 16;

/**
 * Quantiles of the last n scores, from a histogram with cells of 1/16: constant time and memory. Scores above 64 count
 * as 64.
 */
export class RecentQuantile {
  private readonly ring: Int16Array;
  private readonly cells = new Int32Array(MAX_SCORE * PER_UNIT + 1);
  private pushed = 0;

  constructor(size: number) {
    this.ring = new Int16Array(size);
  }

  push(score: number): void {
    const cell = Math.max(0, Math.min(MAX_SCORE * PER_UNIT, Math.round(score * PER_UNIT)));
    const slot = this.pushed % this.ring.length;
    if (this.pushed >= this.ring.length)
      this.cells[this.ring[slot] as number] = (this.cells[this.ring[slot] as number] as number) - 1;
    this.ring[slot] = cell;
    this.cells[cell] = (this.cells[cell] as number) + 1;
    this.pushed += 1;
  }

  /** @returns 0 while empty. */
  at(quantile: number): number {
    const n = Math.min(this.pushed, this.ring.length);
    let left = quantile * n;
    for (let cell = 0; cell < this.cells.length; cell += 1) {
      left -= this.cells[cell] as number;
      if (left < 0) return cell / PER_UNIT;
    }
    return n === 0 ? 0 : MAX_SCORE;
  }
}
