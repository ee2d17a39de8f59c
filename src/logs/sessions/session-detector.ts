import { bucketOf, type EventCounts, PairSurprise } from "./pair-surprise.ts";
import { RecentQuantile } from "./recent-quantile.ts";
import { TransitionSurprise } from "./transition-surprise.ts";

/** Half of what was learned from a stream is forgotten after this many sessions. */
const HALF_LIFE_SESSIONS = 1000;
/** No alarms before this many sessions. */
const WARM_UP_SESSIONS = 50;
/** A new event adds this to the score, in bits. */
const NEW_EVENT_BITS = 10;
/** A session with exactly these event counts, seen this often lately, is normal, however odd its parts are. */
const COMMON_PROFILE_SESSIONS = 5;
const COMMON_PROFILE_SESSIONS_TRAINED = 3;
const PROFILE_HALF_LIFE_SESSIONS = 200;
const MAX_PROFILES = 65_536;
/** An excused score is multiplied by this. */
const EXCUSED_SHARE = 0.3;
/** An event in fewer than 1 of 2^5 sessions is rare. It is never excused as drift. */
const RARE_BITS = 5;
/** Drift: this share of the last sessions (exponential mean) looked odd only in their counts. */
const DRIFT_SHARE = 0.4;
const DRIFT_MEMORY_SESSIONS = 8;
const ODD_BITS = 5.5;
/** The alarm level follows the recent quantile of the scores, within these bounds. */
const RECENT_SESSIONS = 1000;
const STREAM_LEVEL = { quantile: 0.9, above: 1, least: 5.5, most: 6.5 };
const TRAINED_LEVEL = { quantile: 0.98, above: 1.5, least: 6.5, most: 7 };
/** A transition must be this much odder than the counts to matter. */
const STEP_MARGIN_BITS = 6;

/**
 * Why a session is odd. `counts`: `event` occurred `count` times although `given` was present. `step`: `event` came
 * after `given`. `none`: there was nothing to compare with.
 */
export type Why =
  | { kind: "new-event"; event: number }
  | { kind: "counts"; event: number; count: number; given: number | null }
  | { kind: "step"; event: number; given: number }
  | { kind: "none" };
/** `regimeChange`: a drift is reported at this session. Later sessions with the same drift are excused. */
export type SessionScore = { score: number; alarm: boolean; why: Why; regimeChange: boolean };

/** Scores sessions of events, each before it is learned. Works without labels, or after training on normal sessions. */
export class SessionDetector {
  private readonly pairs: PairSurprise;
  private readonly steps = new TransitionSurprise();
  private readonly recent = new RecentQuantile(RECENT_SESSIONS);
  private readonly profiles = new Map<string, { count: number; at: number }>();
  private readonly sessionsWith = new Map<number, number>();
  private readonly trained: boolean;
  private sessions = 0;
  private drift = 0;
  private inDrift = false;

  /** @param trained true if the sessions learned first are normal. Nothing is then forgotten. */
  constructor({ trained }: { trained: boolean }) {
    this.trained = trained;
    this.pairs = new PairSurprise(trained ? Infinity : HALF_LIFE_SESSIONS);
  }

  /** Learns sessions that are known to be normal, and sets the alarm level from their scores. */
  train(sessions: readonly (readonly number[])[]): void {
    for (const session of sessions) this.learn(session, countEvents(session));
    for (const session of sessions) this.recent.push(this.judge(session, countEvents(session)).score);
  }

  /** Scores one session, then learns it unless trained. */
  next(session: readonly number[]): SessionScore {
    const counted = countEvents(session);
    const judged = this.judge(session, counted);
    const level = this.level();
    const isWarm = this.trained || this.sessions >= WARM_UP_SESSIONS;
    const alarm = isWarm && (judged.score > level || judged.startsDrift);
    if (!this.trained) {
      this.recent.push(judged.score);
      this.learn(session, counted);
    }
    return { score: judged.score, alarm, why: judged.why, regimeChange: judged.startsDrift };
  }

  private level(): number {
    const { quantile, above, least, most } = this.trained ? TRAINED_LEVEL : STREAM_LEVEL;
    return Math.min(most, Math.max(least, this.recent.at(quantile) + above));
  }

  private judge(session: readonly number[], counted: EventCounts): { score: number; why: Why; startsDrift: boolean } {
    const surprise = this.pairs.score(counted);
    let score = surprise.score;
    let why: Why =
      surprise.event === -1
        ? { kind: "none" }
        : { kind: "counts", event: surprise.event, count: surprise.count, given: surprise.given };
    const step = this.steps.score(session);
    if (step !== null && step.bits - STEP_MARGIN_BITS > score) {
      score = step.bits - STEP_MARGIN_BITS;
      why = { kind: "step", event: step.to, given: step.from };
    }
    const rarest = this.rarestOf(counted);
    let startsDrift = false;
    if (rarest.bits < RARE_BITS) {
      const isOdd = score > ODD_BITS;
      if (this.isCommonProfile(counted)) score *= EXCUSED_SHARE;
      if (!this.trained) {
        const drifting = this.drift > DRIFT_SHARE;
        if (drifting) score *= EXCUSED_SHARE;
        startsDrift = drifting && !this.inDrift;
        this.inDrift = drifting;
        this.drift += ((isOdd ? 1 : 0) - this.drift) / DRIFT_MEMORY_SESSIONS;
      }
    }
    const fresh = counted.events.find((event) => !this.sessionsWith.has(event));
    if (fresh !== undefined && this.sessions >= WARM_UP_SESSIONS) {
      score += NEW_EVENT_BITS;
      why = { kind: "new-event", event: fresh };
    }
    return { score, why, startsDrift };
  }

  private rarestOf({ events }: EventCounts): { bits: number } {
    let fewest = Infinity;
    for (const event of events) fewest = Math.min(fewest, this.sessionsWith.get(event) ?? 0);
    return { bits: -Math.log2((fewest + 0.5) / (this.sessions + 1)) };
  }

  private isCommonProfile(counted: EventCounts): boolean {
    const profile = this.profiles.get(profileOf(counted));
    if (profile === undefined) return false;
    return this.trained
      ? profile.count >= COMMON_PROFILE_SESSIONS_TRAINED
      : profile.count * 2 ** ((profile.at - this.sessions) / PROFILE_HALF_LIFE_SESSIONS) >= COMMON_PROFILE_SESSIONS;
  }

  private learn(session: readonly number[], counted: EventCounts): void {
    this.pairs.learn(counted);
    this.steps.learn(session);
    for (const event of counted.events) this.sessionsWith.set(event, (this.sessionsWith.get(event) ?? 0) + 1);
    const key = profileOf(counted);
    const profile = this.profiles.get(key);
    if (profile === undefined) {
      if (this.profiles.size >= MAX_PROFILES) this.profiles.clear();
      this.profiles.set(key, { count: 1, at: this.sessions });
    } else {
      profile.count =
        1 +
        (this.trained
          ? profile.count
          : profile.count * 2 ** ((profile.at - this.sessions) / PROFILE_HALF_LIFE_SESSIONS));
      profile.at = this.sessions;
    }
    this.sessions += 1;
  }
}

function countEvents(session: readonly number[]): EventCounts {
  const counts = new Map<number, number>();
  for (const event of session) counts.set(PairSurprise.clip(event), (counts.get(PairSurprise.clip(event)) ?? 0) + 1);
  const events = [...counts.keys()].sort((a, b) => a - b);
  return { events, counts: events.map((event) => counts.get(event) ?? 0) };
}

const profileOf = ({ events, counts }: EventCounts): string =>
  events.map((event, i) => `${event}:${bucketOf(counts[i] as number)}`).join(" ");
