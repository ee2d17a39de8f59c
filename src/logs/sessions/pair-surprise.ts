/** Buckets of counts: 0 to 5 each have their own, then powers of two. */
const BUCKETS = 10;
/** Number of distinct events. Later ones share the last number. 256 events take at most 26 MB. */
const MAX_EVENTS = 256;
/** Weight of an event's overall distribution against the sessions seen together, in virtual sessions. */
const PRIOR = 1;
/** The score is the mean of this many least likely facts. */
const TOP = 3;
const FREEDOM_WEIGHT = 0.5;
/** After `SETTLED_SESSIONS`, the freedom of an event is computed again only after this many sessions. */
const FREEDOM_AGE_SESSIONS = 32;
const SETTLED_SESSIONS = 500;
const LEAST_P = 1e-12;
const MAX_WEIGHT = 1e200;

export const bucketOf = (count: number): number =>
  count <= 5 ? count : Math.min(BUCKETS - 1, 3 + Math.ceil(Math.log2(count)));

/** One session as numbers: its distinct events, and how often each occurred. Both have the same length. */
export type EventCounts = { events: readonly number[]; counts: readonly number[] };
/**
 * The least likely fact of a session: `event` occurred `count` times although `given` was present. `given` null: the
 * count is unlikely by itself.
 */
export type CountSurprise = { score: number; event: number; count: number; given: number | null };

/**
 * Learns how often events occur together in sessions, and scores how unlikely a session's counts are. For each event of
 * the session and each known event, the score is -log2 P(count of the one | count of the other), and for each event
 * -log2 P(its own count). The result is the mean of the three largest. Rare events that are unrelated are not punished
 * for occurring together, as one joint model would do. What was learned decays with a half-life, because normal
 * behaviour drifts.
 */
export class PairSurprise {
  private readonly growth: number;
  private weight = 1;
  private total = 0;
  private known = 0;
  private capacity = 32;
  /** [event, bucket] → sessions. */
  private own = new Float64Array(this.capacity * BUCKETS);
  /** [event, bucket, other] → sessions in which the other event occurred. */
  private present = new Float64Array(this.capacity * BUCKETS * this.capacity);
  /** [event, bucket, other, bucket] → sessions. */
  private joint = new Float64Array(this.capacity * BUCKETS * this.capacity * BUCKETS);
  /** [event] → sessions in which it occurred. */
  private readonly presence = new Float64Array(MAX_EVENTS);
  private learned = 0;
  // Buffers for the session being scored, by event or by position. Reused, because a million sessions come a minute.
  private readonly came = new Uint8Array(MAX_EVENTS);
  private readonly habit = new Float64Array(MAX_EVENTS);
  private readonly freedom = new Float64Array(MAX_EVENTS);
  private readonly freedoms = new Float64Array(MAX_EVENTS);
  private readonly freedomAt = new Float64Array(MAX_EVENTS);
  private readonly worst = new LeastLikely();

  /** @param halfLife in sessions; Infinity to never forget. */
  constructor(halfLife: number) {
    this.growth = 2 ** (1 / halfLife);
  }

  /** Sessions learned, minus those forgotten. */
  get mass(): number {
    return this.total / this.weight;
  }

  score({ events, counts }: EventCounts): CountSurprise {
    const { known, own, present, joint, presence, capacity, worst } = this;
    const prior = PRIOR * this.weight;
    const total = Math.max(this.total, Number.MIN_VALUE);
    const n = events.length;
    worst.reset();
    for (let i = 0; i < n; i += 1) this.came[events[i] as number] = 1;
    for (let i = 0; i < n; i += 1) {
      const event = events[i] as number;
      const isKnown = event < known;
      this.freedom[i] = isKnown ? this.freedomOf(event) : 0;
      // One virtual session keeps the probability of a new count above zero.
      this.habit[i] = isKnown
        ? ((own[event * BUCKETS + bucketOf(counts[i] as number)] as number) + 0.5 * this.weight) / (total + this.weight)
        : 1;
    }
    for (let i = 0; i < n; i += 1) {
      const a = events[i] as number;
      if (a >= known) continue;
      const row = a * BUCKETS + bucketOf(counts[i] as number);
      const seen = own[row] as number;
      worst.note(loosen(this.habit[i] as number, this.freedom[i] as number), a, counts[i] as number, -1);
      const base = row * capacity;
      for (let b = 0; b < known; b += 1) {
        if (this.came[b] === 1) continue;
        const p = 1 - ((present[base + b] as number) + (prior * (presence[b] as number)) / total) / (seen + prior);
        if (p < worst.limit) worst.note(p, b, 0, a);
      }
      for (let j = 0; j < n; j += 1) {
        const b = events[j] as number;
        if (j === i || b >= known) continue;
        const together = joint[(base + b) * BUCKETS + bucketOf(counts[j] as number)] as number;
        const p = loosen((together + prior * (this.habit[j] as number)) / (seen + prior), this.freedom[j] as number);
        if (p < worst.limit) worst.note(p, b, counts[j] as number, a);
      }
    }
    for (let i = 0; i < n; i += 1) this.came[events[i] as number] = 0;
    return worst.surprise();
  }

  /**
   * How much an event's count varies when it occurs: entropy over the buckets, 0..1. For an event with high freedom, a
   * new count means little.
   */
  private freedomOf(event: number): number {
    const fresh = this.freedomAt[event] as number;
    if (fresh > this.learned) return this.freedoms[event] as number;
    const base = event * BUCKETS;
    const came = this.presence[event] as number;
    let bits = 0;
    for (let bucket = 1; bucket < BUCKETS; bucket += 1) {
      const p = (this.own[base + bucket] as number) / came;
      if (p > 0) bits -= p * Math.log2(p);
    }
    this.freedomAt[event] = this.learned < SETTLED_SESSIONS ? 0 : this.learned + FREEDOM_AGE_SESSIONS;
    this.freedoms[event] = bits / Math.log2(BUCKETS - 1);
    return this.freedoms[event] as number;
  }

  learn({ events, counts }: EventCounts, times = 1): void {
    for (const event of events) if (event >= this.known) this.addEvent(event);
    this.learned += 1;
    this.weight *= this.growth;
    if (this.weight > MAX_WEIGHT) this.rescale();
    const weight = this.weight * times;
    this.total += weight;
    const { own, present, joint, capacity } = this;
    for (const [i, a] of events.entries()) {
      const row = a * BUCKETS + bucketOf(counts[i] as number);
      own[row] = (own[row] as number) + weight;
      this.presence[a] = (this.presence[a] as number) + weight;
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

  private addEvent(event: number): void {
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
    for (const array of [this.own, this.present, this.joint, this.presence])
      for (let i = 0; i < array.length; i += 1) array[i] = (array[i] as number) / this.weight;
    this.total /= this.weight;
    this.weight = 1;
  }
}

/** The probability of a count, mixed with a uniform part that grows with the event's freedom. */
const loosen = (p: number, freedom: number): number => p + (FREEDOM_WEIGHT * freedom * (1 - p)) / BUCKETS;

/** Keeps the three least likely facts. */
class LeastLikely {
  private readonly p = new Float64Array(TOP);
  private event = -1;
  private count = 0;
  private given = -1;

  /** Less unlikely facts change nothing. */
  get limit(): number {
    return this.p[TOP - 1] as number;
  }

  reset(): void {
    this.p.fill(1);
    this.event = -1;
    this.given = -1;
  }

  /** @param given -1 if the fact stands alone. */
  note(p: number, event: number, count: number, given: number): void {
    if (p >= this.limit) return;
    if (p < (this.p[0] as number)) [this.event, this.count, this.given] = [event, count, given];
    let at = TOP - 1;
    for (; at > 0 && p < (this.p[at - 1] as number); at -= 1) this.p[at] = this.p[at - 1] as number;
    this.p[at] = p;
  }

  surprise(): CountSurprise {
    let bits = 0;
    for (const p of this.p) bits -= Math.log2(Math.max(p, LEAST_P));
    return { score: bits / TOP, event: this.event, count: this.count, given: this.given === -1 ? null : this.given };
  }
}
