/** One session: the events that carry one id, in order. */
export type Session = { session: string; events: number[] };
export type SessionLimits = {
  /** A session is over when its id was not seen for so long; null: when the stream ends. */
  idleMs: number | null;
  /** And when it has so many events: the rest begins a new one of the same name. */
  maxEvents: number;
  /** Sessions open at once; the one longest silent is closed for a new one. */
  maxOpen: number;
};
export const DEFAULT_LIMITS: SessionLimits = { idleMs: null, maxEvents: 10_000, maxOpen: 200_000 };

type Open = { events: number[]; lastMs: number };

/** Collects events into sessions, and hands each over when it ends: in the order of their last events. */
export class SessionAssembler {
  private readonly limits: SessionLimits;
  private readonly onEnd: (session: Session) => void;
  /** In the order of the last event: a session moves to the end when it gets one. */
  private readonly open = new Map<string, Open>();
  private sinceSweep = 0;

  constructor(limits: SessionLimits, onEnd: (session: Session) => void) {
    this.limits = limits;
    this.onEnd = onEnd;
  }

  /** @param ms NaN where the line has no time. */
  add(session: string, event: number, ms: number): void {
    const known = this.open.get(session);
    if (known !== undefined) this.open.delete(session);
    const { idleMs, maxEvents, maxOpen } = this.limits;
    let current = known ?? { events: [], lastMs: ms };
    if (known !== undefined && ((idleMs !== null && ms - known.lastMs > idleMs) || known.events.length >= maxEvents)) {
      this.onEnd({ session, events: known.events });
      current = { events: [], lastMs: ms };
    }
    current.events.push(event);
    if (!Number.isNaN(ms)) current.lastMs = ms;
    this.open.set(session, current);
    if (this.open.size > maxOpen) this.closeFirst();
    this.sinceSweep += 1;
    if (idleMs !== null && this.sinceSweep >= 1000) this.sweep(ms, idleMs);
  }

  end(): void {
    while (this.open.size > 0) this.closeFirst();
  }

  private sweep(ms: number, idleMs: number): void {
    this.sinceSweep = 0;
    for (const [session, { events, lastMs }] of this.open) {
      if (!(ms - lastMs > idleMs)) break;
      this.open.delete(session);
      this.onEnd({ session, events });
    }
  }

  private closeFirst(): void {
    for (const [session, { events }] of this.open) {
      this.open.delete(session);
      this.onEnd({ session, events });
      return;
    }
  }
}
