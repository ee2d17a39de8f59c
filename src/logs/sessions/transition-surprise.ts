const ROW = 65_536;
/** Maximum number of contexts. Beyond it, no new ones are learned. */
const MAX_CONTEXTS = 65_536;
const MIN_SEEN = 50;
const START = 65_535;

type Context = { total: number; next: Map<number, number> };
/** The least likely transition of a session. */
export type UnlikelyTransition = { bits: number; from: number; to: number };

/**
 * Learns which event follows which two, and finds a session's least likely transition. In a context with many different
 * next events (interleaved threads), an unseen one means little; in a context with only one, it means much. Witten–Bell
 * smoothing: the chance of a new event is how often something new occurred.
 */
export class TransitionSurprise {
  private readonly contexts = new Map<number, Context>();

  score(events: readonly number[]): UnlikelyTransition | null {
    let worst: UnlikelyTransition | null = null;
    this.walk(events, (key, to, from) => {
      const context = this.contexts.get(key);
      if (context === undefined || context.total < MIN_SEEN) return;
      const types = context.next.size;
      const p = ((context.next.get(to) ?? 0) + types / (types + 16)) / (context.total + types);
      const bits = -Math.log2(p) - Math.log2(types + 1);
      if (worst === null || bits > worst.bits) worst = { bits, from, to };
    });
    return worst;
  }

  learn(events: readonly number[]): void {
    this.walk(events, (key, to) => {
      let context = this.contexts.get(key);
      if (context === undefined) {
        if (this.contexts.size >= MAX_CONTEXTS) return;
        this.contexts.set(key, (context = { total: 0, next: new Map() }));
      }
      context.total += 1;
      context.next.set(to, (context.next.get(to) ?? 0) + 1);
    });
  }

  private walk(events: readonly number[], visit: (key: number, to: number, from: number) => void): void {
    let a = START;
    let b = START;
    for (const event of events) {
      const to = Math.min(event, START - 1);
      visit(a * ROW + b, to, b);
      [a, b] = [b, to];
    }
  }
}
