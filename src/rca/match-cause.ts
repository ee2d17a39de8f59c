import { type CauseCard, type SignatureCondition, UNKNOWN_CAUSE } from "../domain/cause.ts";
import { isHostKind } from "../domain/entity.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { EFFECT_OF_BAD_CHANGE } from "./change-causes.ts";
import { type FaultTime, faultTimeOf, promptness, timely } from "./change-timing.ts";
import { type DemandOn, demandOn, EFFECTS_OF_LOAD, SURGE } from "./demand.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import { statedFirst, withoutFillers } from "./direct-causes.ts";
import { findingWords } from "./finding-words.ts";
import { STUCK, type StuckConsumer, stuckConsumerOf } from "./stuck-consumers.ts";
import { CLUSTER_HINT, showsFailure } from "./symptom.ts";

/** Fit of a message that states the fault (weight 3). It outweighs the effects of the fault. */
const STATED_FIT = 8;
/** Fit of a message that many faults produce (weight 1), if the suspect has other findings too. */
const SYMPTOM_FIT = 1;

/** A change this long before the onset weighs half as evidence for a bad deploy or bad config. Milliseconds. */
const CHANGE_HALF_LIFE_MS = 60 * 60_000;

/** Share of the weight of a state that healthy clusters have, too. */
const HINT_SHARE = 0.2;

/** A card with a lower fit is a guess. */
const MIN_FIT = 1.5;

/**
 * `fit`: sum of the weights of the conditions that hold, each × its finding's strength relative to the strongest
 * finding
 * of that kind about the suspect.
 */
export type CauseMatch = {
  cause: string;
  fit: number;
  reasons: string[];
  for: CitedFinding[];
  against: CitedFinding[];
};

/**
 * Matches the cause cards with the findings about `suspect`.
 *
 * @returns matches, best first; ties in the catalogue's order. Empty if none reaches `MIN_FIT`: the cause is then
 *   `unknown`.
 */
export function matchCauses(cards: readonly CauseCard[], suspect: string, map: EvidenceMap): CauseMatch[] {
  // If a service and its pods are both candidates, the pods' findings still show what happened to the service.
  const self = map.findings.filter(
    ({ entity, evidence }) =>
      !isAround(evidence.facts.written_kind) &&
      (map.candidateOf(entity.id) === suspect || map.graph.ownerOf.get(entity.id) === suspect),
  );
  const callee = map.findings.filter(
    ({ entity, peer }) => peer !== null && map.candidateOf(peer) === suspect && map.candidateOf(entity.id) !== suspect,
  );
  const strongest = new Map<string, number>();
  for (const { kind, strength } of [...self, ...callee])
    strongest.set(kind, Math.max(strongest.get(kind) ?? 0, Math.log1p(strength)));
  const fault = faultTimeOf(suspect, map, true);
  const weightOf = ({ signal, kind, strength, onsetMs }: CitedFinding): number => {
    if (signal === "change") return timely(onsetMs, fault, { halfLifeMs: CHANGE_HALF_LIFE_MS });
    const hint = signal === "cluster" && strength <= CLUSTER_HINT ? HINT_SHARE : 1;
    return hint * (strongest.get(kind) ? Math.log1p(strength) / (strongest.get(kind) ?? 1) : 1);
  };

  const kind = map.candidates.get(suspect) ?? "service";
  const isOfKind = (kinds: readonly string[]): boolean =>
    kinds.length === 0 || kinds.includes(kind) || (kinds.includes("node") && isHostKind(kind));
  const wordsOf = findingWords();
  const matches = cards
    .filter(({ entityKinds }) => isOfKind(entityKinds))
    .map(({ id, signature }) => {
      const match: CauseMatch = { cause: id, fit: 0, reasons: [], for: [], against: [] };
      for (const condition of signature) {
        if (!isOfKind(condition.entityKinds ?? [])) continue;
        const met = (condition.about === "callee" ? callee : self).filter((finding) =>
          holds(id, condition, finding, wordsOf),
        );
        const best = met.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
        if (!best) continue;
        match.fit += condition.weight * weightOf(best);
        (condition.weight > 0 ? match.for : match.against).push(best);
        if (condition.weight > 0) match.reasons.push(condition.why);
      }
      const stating = self.filter((finding) => statesCause(finding, id) && !match.for.includes(finding));
      const strongestStating = stating.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
      if (strongestStating) {
        match.fit += ALERT_STATES * weightOf(strongestStating);
        match.for.push(strongestStating);
        match.reasons.push(`its alert ${String(strongestStating.evidence.facts.name)} means this`);
      }
      const byCluster = self.filter((finding) => isReported(finding, id) && !match.for.includes(finding));
      const strongestReport = byCluster.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
      if (strongestReport && !match.for.some((finding) => isReported(finding, id))) {
        match.fit += CLUSTER_STATES * weightOf(strongestReport);
        match.for.push(strongestReport);
        match.reasons.push("the state of the cluster means this");
      }
      addStatedFit(match, suspect, map, self.length > 0);
      return match;
    });
  addGeneralFit(matches, suspect, map);
  const stuck = stuckConsumerOf(suspect, map);
  if (stuck !== null) addStuckFit(matches, stuck);
  const demand = demandOn(suspect, map);
  const direct = withoutFillers(statedFirst(matches, suspect, map), suspect, map);
  const changed = demand.state === "surge" ? direct : withPromptChange(direct, self, faultTimeOf(suspect, map));
  return withDemand(changed, demand)
    .filter(({ fit }) => fit >= MIN_FIT)
    .toSorted((a, b) => b.fit - a.fit);
}

/** A surge of demand is what its effects on pools, threads or CPUs speak for. */
const SURGE_FIT = 3;

const NO_EFFECT: Pick<CauseMatch, "fit" | "reasons" | "for"> = { fit: 0, reasons: [], for: [] };

/** Credits a surge of demand with its effects. Without more requests than before, there is none. */
function withDemand(matches: readonly CauseMatch[], demand: DemandOn): readonly CauseMatch[] {
  if (demand.state === "unknown") return matches;
  if (demand.state !== "surge") return matches.filter(({ cause }) => cause !== SURGE);
  const { finding, times } = demand;
  const [effect] = matches.filter(({ cause }) => EFFECTS_OF_LOAD.has(cause)).toSorted((a, b) => b.fit - a.fit);
  return matches.map((match) => {
    if (match.cause !== SURGE) return match;
    const shown = effect !== undefined && effect.fit > 0 ? effect : NO_EFFECT;
    const why =
      `requests at ${finding.entity.id} rose to ${times} times the highest quiet value before anything was slow, ` +
      "failed or was full";
    return {
      ...match,
      fit: Math.max(0, match.fit) + SURGE_FIT + shown.fit,
      reasons: [why, ...match.reasons, ...shown.reasons],
      for: [...new Set([finding, ...match.for, ...shown.for])],
      against: match.against.filter((each) => !shown.for.includes(each)),
    };
  });
}

/** True for a change of an object around a program, such as its Service: its own settings are as before. */
const isAround = (writtenKind: unknown): boolean =>
  typeof writtenKind === "string" && !writtenKind.startsWith("configmap");

/** The causes that blame a change, with the kind of change. */
const BAD_CHANGE = [
  ["bad_deploy", "change.deploy"],
  ["bad_config", "change.config"],
] as const;

/**
 * Adds the fit of the best cause to a bad change right before the onset, if that cause is a typical effect of one: the
 * more promptly the fault followed, the more of it counts.
 */
function withPromptChange(
  matches: readonly CauseMatch[],
  self: readonly CitedFinding[],
  fault: FaultTime | null,
): readonly CauseMatch[] {
  const [shown] = matches.filter(({ fit }) => fit >= MIN_FIT).toSorted((a, b) => b.fit - a.fit);
  if (shown === undefined || !EFFECT_OF_BAD_CHANGE.has(shown.cause) || !self.some(showsFailure)) return matches;
  return matches.map((match) => {
    const [, kind] = BAD_CHANGE.find(([cause]) => cause === match.cause) ?? [];
    const made = self.filter((finding) => finding.kind === kind && finding.evidence.facts.routine !== "yes");
    const credit = Math.max(0, ...made.map(({ onsetMs }) => promptness(onsetMs, fault)));
    if (credit === 0) return match;
    const also = shown.for.filter((finding) => !match.for.includes(finding));
    return {
      ...match,
      fit: match.fit + credit * shown.fit,
      reasons: [...match.reasons, ...shown.reasons],
      for: [...match.for, ...also],
      against: match.against.filter((finding) => !also.includes(finding)),
    };
  });
}

/** Weight of a state of the cluster that means the cause, for cards that do not weigh it themselves. */
const CLUSTER_STATES = 8;
const isReported = ({ signal, evidence }: CitedFinding, cause: string): boolean =>
  signal === "cluster" && evidence.facts.means === cause;

/** Where a database refuses one caller's login, the refusal of credentials in general has the same evidence. */
function addGeneralFit(matches: readonly CauseMatch[], suspect: string, { failures }: EvidenceMap): void {
  const ofDatabase = "database_credentials_refused";
  const isShown = failures.some(
    ({ blamed, isSettled, signature }) => blamed === suspect && isSettled === true && signature.cause === ofDatabase,
  );
  const general = matches.find(({ cause }) => cause === "authentication_failure");
  const match = matches.find(({ cause }) => cause === ofDatabase);
  if (!isShown || general === undefined || match === undefined) return;
  match.fit += general.fit;
  match.reasons.push(...general.reasons);
  match.for = [...new Set([...match.for, ...general.for])];
}

/**
 * Fit of a consumer that stopped while its queue grows. A state of the cluster or a message that says why it stopped
 * outweighs it.
 */
const STUCK_FIT = 4;

/** Credits the cause "consumer stuck" of a consumer with the growth of its queue. */
function addStuckFit(matches: readonly CauseMatch[], { queue, stopped, backlog }: StuckConsumer): void {
  const match = matches.find(({ cause }) => cause === STUCK);
  if (match === undefined) return;
  match.fit += STUCK_FIT;
  match.for.unshift(stopped, ...backlog);
  match.reasons.unshift(`it stopped taking work from ${queue}, which grows`);
}

/** Weight of an alert whose name states the cause, such as `KubePodCrashLooping`. */
const ALERT_STATES = 3;
const statesCause = ({ kind, evidence }: CitedFinding, cause: string): boolean =>
  kind === "alert.firing" && evidence.facts.means === cause && evidence.facts.background === undefined;
/** Adds the strongest failure message that blames the suspect with this cause; its finding never counts against it. */
function addStatedFit(match: CauseMatch, suspect: string, { failures }: EvidenceMap, showsMore: boolean): void {
  const about = failures.filter(({ blamed, signature }) => blamed === suspect && signature.cause === match.cause);
  const [best] = about.toSorted((a, b) => b.weight - a.weight);
  if (!best) return;
  const isSymptom = best.signature.weight === 1;
  match.fit += isSymptom && showsMore ? SYMPTOM_FIT * best.weight : (STATED_FIT * best.weight) / 3;
  match.for.unshift(best.finding);
  // The signature's own phrase stands for all of its kind. Never raw text: a model may read the reasons.
  const words = `"${best.signature.phrases[0]?.replaceAll(/<peer>|[*#]/g, "…") ?? ""}"`;
  match.reasons.unshift(
    best.speaker === suspect
      ? `it reports messages like ${words}`
      : `${best.speaker} reports messages like ${words} about it`,
  );
  const stated = new Set(about.map(({ finding }) => finding));
  match.against = match.against.filter((finding) => !stated.has(finding));
}

export const bestCause = (matches: readonly CauseMatch[]): string => matches[0]?.cause ?? UNKNOWN_CAUSE;

function holds(
  cause: string,
  { kinds, family, direction, words }: SignatureCondition,
  finding: CitedFinding,
  wordsOf: (finding: CitedFinding) => string,
): boolean {
  const { facts } = finding.evidence;
  if (!kinds.includes(finding.kind)) return false;
  if (family && !family.includes(String(facts.family))) return false;
  if (direction && strainOf(facts) !== direction) return false;
  if (!words) return true;
  // a rule of the cluster says which cause it states; names in its sentence prove nothing
  if (finding.signal === "cluster" && facts.means !== undefined) return facts.means === cause;
  const text = wordsOf(finding);
  return words.some((word) => text.includes(` ${word.toLowerCase().replace(/[^a-z0-9_]+/g, " ")} `));
}

/**
 * The direction of a finding as strain on its resource: less left means more strain. Null if the resource is far from
 * its limit.
 */
function strainOf({ direction, of_what_is_left, far_from_bound }: CitedFinding["evidence"]["facts"]): unknown {
  if (far_from_bound === "yes") return null;
  if (of_what_is_left !== "yes") return direction;
  return direction === "down" ? "up" : "down";
}
