/** One session: the events with the same id, in order. */
export type Session = { session: string; events: number[] };
export type SessionLimits = {
  /** A session ends if its id is not seen for this long. Null: it ends with the stream. */
  idleMs: number | null;
  /** A session also ends after this many events. Later ones start a new session with the same name. */
  maxEvents: number;
  /** Maximum number of open sessions. The one idle for the longest is closed for a new one. */
  maxOpen: number;
};
export const DEFAULT_LIMITS: SessionLimits = { idleMs: null, maxEvents: 10_000, maxOpen: 200_000 };

type Open = { events: number[]; lastMs: number };

/** Collects events into sessions, and hands over each session when it ends, in the order of their last events. */
export class SessionAssembler {
  private readonly limits: SessionLimits;
  private readonly onEnd: (session: Session) => void;
  /** In the order of their last events: a session moves to the end when it gets one. */
  private readonly open = new Map<string, Open>();
  private sinceSweep = 0;

  constructor(limits: SessionLimits, onEnd: (session: Session) => void) {
    this.limits = limits;
    this.onEnd = onEnd;
  }

  /** @param ms NaN if the line has no time. */
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
