/** Counts up to 5 are told apart, then powers of two. 0 is bucket 0. */
const BUCKETS = 10;
/** Events told apart; later ones share the last number. 256 take 26 MB at most. */
const MAX_EVENTS = 256;
/** How many virtual sessions the overall habit weighs against what was seen together. */
const PRIOR = 1;
/** The score is the mean of so many least likely facts. */
const TOP = 3;
const FREEDOM_WEIGHT = 0.5;
const MAX_WEIGHT = 1e200;

export const bucketOf = (count: number): number => (count <= 5 ? count : Math.min(BUCKETS - 1, 3 + Math.ceil(Math.log2(count))));

/** One session as numbers: distinct events, with how often each came; same length. */
export type EventCounts = { events: readonly number[]; counts: readonly number[] };
/** The least likely fact of a session: with `given` as it was, `event` should not have come `count` times. `given` null: by itself. */
export type Surprise = { score: number; event: number; count: number; given: number | null };

/**
 * Learns how often events come together in sessions, and scores how unlikely a session's counts are: for each event that came and
 * each known event, -log2 P(how often the one | how often the other), and each event's own count; the mean of the three largest.
 * Rare events that have nothing to do with one another are not punished for coming together, which one joint model would do.
 * What was learned is forgotten with a half-life, because what is normal drifts.
 */
export class PairSurprise {
  private readonly growth: number;
  private weight = 1;
  private total = 0;
  private known = 0;
  private capacity = 32;
  /** [event, bucket] → sessions. */
  private own = new Float64Array(this.capacity * BUCKETS);
  /** [event, bucket, other] → sessions in which the other came at all. */
  private present = new Float64Array(this.capacity * BUCKETS * this.capacity);
  /** [event, bucket, other, bucket] → sessions. */
  private joint = new Float64Array(this.capacity * BUCKETS * this.capacity * BUCKETS);

  /** @param halfLife in sessions; Infinity never forgets. */
  constructor(halfLife: number) {
    this.growth = 2 ** (1 / halfLife);
  }

  /** Sessions learned, the forgotten ones less. */
  get mass(): number {
    return this.total / this.weight;
  }

  score({ events, counts }: EventCounts): Surprise {
    const { known, own, present, joint, total, capacity } = this;
    const prior = PRIOR * this.weight;
    const worst = { p: [1, 1, 1], event: -1, count: 0, given: null as number | null };
    const note = (p: number, event: number, count: number, given: number | null) => {
      if (p >= (worst.p[TOP - 1] as number)) return;
      if (p < (worst.p[0] as number)) Object.assign(worst, { event, count, given });
      worst.p[TOP - 1] = p;
      worst.p.sort((a, b) => a - b);
    };
    const came = new Uint8Array(known);
    for (const event of events) if (event < known) came[event] = 1;
    // An event's own habit, and how often it comes at all; one virtual session keeps an unseen count from being impossible.
    const freedom = events.map((event) => (event < known ? this.freedomOf(event) : 0));
    const habit = events.map((event, i) => (event < known ? ((own[event * BUCKETS + bucketOf(counts[i] as number)] as number) + 0.5 * this.weight) / (total + this.weight) : 1));
    for (const [i, a] of events.entries()) {
      if (a >= known) continue;
      const bucket = bucketOf(counts[i] as number);
      const row = a * BUCKETS + bucket;
      const seen = own[row] as number;
      note(loosen(habit[i] as number, freedom[i] as number), a, counts[i] as number, null);
      const base = row * capacity;
      for (let b = 0; b < known; b += 1) {
        if (came[b] === 1) continue;
        const presence = presenceOf(own, b) / total;
        note(1 - ((present[base + b] as number) + prior * presence) / (seen + prior), b, 0, a);
      }
      for (const [j, b] of events.entries()) {
        if (j === i || b >= known) continue;
        const together = joint[(base + b) * BUCKETS + bucketOf(counts[j] as number)] as number;
        note(loosen((together + prior * (habit[j] as number)) / (seen + prior), freedom[j] as number), b, counts[j] as number, a);
      }
    }
    const bits = worst.p.reduce((sum, p) => sum - Math.log2(Math.max(p, 1e-12)), 0) / TOP;
    return { score: bits, event: worst.event, count: worst.count, given: worst.given };
  }

  /** How freely an event's count varies when it comes: entropy over the buckets, 0..1. A new count of a free one tells little. */
  private freedomOf(event: number): number {
    const base = event * BUCKETS;
    const came = presenceOf(this.own, event);
    let bits = 0;
    for (let bucket = 1; bucket < BUCKETS; bucket += 1) {
      const p = (this.own[base + bucket] as number) / came;
      if (p > 0) bits -= p * Math.log2(p);
    }
    return bits / Math.log2(BUCKETS - 1);
  }

  learn({ events, counts }: EventCounts, times = 1): void {
    for (const event of events) if (event >= this.known) this.makeKnown(event);
    this.weight *= this.growth;
    if (this.weight > MAX_WEIGHT) this.rescale();
    const weight = this.weight * times;
    this.total += weight;
    const { own, present, joint, capacity } = this;
    for (const [i, a] of events.entries()) {
      const row = a * BUCKETS + bucketOf(counts[i] as number);
      own[row] = (own[row] as number) + weight;
      for (const [j, b] of events.entries()) {
        if (i === j) continue;
        const cell = row * capacity + b;
        present[cell] = (present[cell] as number) + weight;
        const fine = cell * BUCKETS + bucketOf(counts[j] as number);
        joint[fine] = (joint[fine] as number) + weight;
      }
    }
  }

  /** The number under which an event is learned. */
  static clip(event: number): number {
    return Math.min(event, MAX_EVENTS - 1);
  }

  private makeKnown(event: number): void {
    if (event >= this.capacity) this.grow(event + 1);
    this.known = event + 1;
  }

  private grow(needed: number): void {
    const capacity = Math.min(MAX_EVENTS, 2 ** Math.ceil(Math.log2(needed)));
    const old = this.capacity;
    const present = new Float64Array(capacity * BUCKETS * capacity);
    const joint = new Float64Array(capacity * BUCKETS * capacity * BUCKETS);
    for (let row = 0; row < old * BUCKETS; row += 1) {
      present.set(this.present.subarray(row * old, (row + 1) * old), row * capacity);
      joint.set(this.joint.subarray(row * old * BUCKETS, (row + 1) * old * BUCKETS), row * capacity * BUCKETS);
    }
    const own = new Float64Array(capacity * BUCKETS);
    own.set(this.own);
    Object.assign(this, { capacity, own, present, joint });
  }

  private rescale(): void {
    for (const array of [this.own, this.present, this.joint]) for (let i = 0; i < array.length; i += 1) array[i] = (array[i] as number) / this.weight;
    this.total /= this.weight;
    this.weight = 1;
  }
}

/** The likelihood of a count, had it a share of freedom to be any. */
const loosen = (p: number, freedom: number): number => p + (FREEDOM_WEIGHT * freedom * (1 - p)) / BUCKETS;

function presenceOf(own: Float64Array, event: number): number {
  let sum = 0;
  for (let bucket = 1; bucket < BUCKETS; bucket += 1) sum += own[event * BUCKETS + bucket] as number;
  return sum;
}
