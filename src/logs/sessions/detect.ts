import { times } from "../../domain/phrasing.ts";
import { SessionDetector, type SessionScore, type Why } from "./session-detector.ts";

/** A session of named events. */
export type NamedSession = { session: string; events: readonly string[] };
/** The result for one session, in words. `template`: the event that `why` is about. */
export type DetectedSession = { session: string; score: number; alarm: boolean; why: string; template: string | null };

/**
 * Scores sessions in the order given. Each is scored before it is learned, or compared with normal sessions learned
 * first.
 */
export class Detection {
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly detector: SessionDetector;

  /** @param train normal sessions; null to learn from the stream itself. */
  constructor(train: readonly NamedSession[] | null) {
    this.detector = new SessionDetector({ trained: train !== null });
    if (train !== null) this.detector.train(train.map(({ events }) => this.idsOf(events)));
  }

  next({ session, events }: NamedSession): DetectedSession {
    const scored = this.detector.next(this.idsOf(events));
    const { why } = scored;
    return {
      session,
      score: Math.round(scored.score * 1000) / 1000,
      alarm: scored.alarm,
      why: this.explain(scored, why),
      template: why.kind === "none" ? null : this.nameOf(why.event),
    };
  }

  private explain({ regimeChange }: SessionScore, why: Why): string {
    const about = this.phrase(why);
    return regimeChange ? `regime change, many sessions in a row differ in the same way: ${about}` : about;
  }

  private phrase(why: Why): string {
    if (why.kind === "none") return "no other sessions to compare with";
    const event = `"${this.nameOf(why.event)}"`;
    if (why.kind === "new-event") return `${event} is new`;
    if (why.kind === "step") {
      const before = why.given >= this.names.length ? "the start" : `"${this.nameOf(why.given)}"`;
      return `${event} does not usually follow ${before}`;
    }
    const seen = why.count === 0 ? "is missing" : `occurs ${times(why.count)}`;
    return why.given === null ? `${event} ${seen}` : `${event} ${seen} although "${this.nameOf(why.given)}" is present`;
  }

  private nameOf(event: number): string {
    return this.names[event] ?? "(other)";
  }

  private idsOf(events: readonly string[]): number[] {
    return events.map((name) => {
      const known = this.ids.get(name);
      if (known !== undefined) return known;
      this.ids.set(name, this.names.length);
      this.names.push(name);
      return this.names.length - 1;
    });
  }
}
