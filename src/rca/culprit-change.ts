import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { wordStems } from "../stats/word-stems.ts";
import { isHostKind } from "../domain/entity.ts";
import { SPONTANEOUS, BUILDS_UP } from "./change-causes.ts";
import { type FaultTime, faultTimeOf, promptness, timely } from "./change-timing.ts";
import type { EvidenceMap } from "./evidence-map.ts";

/** Least blame for a change to be named. An ordinary edit (effect 0.2) never reaches it, however well it fits. */
const MIN_BLAME = 0.22;
/** Weight by place: on the suspect; on a caller, a callee or another abnormal entity; elsewhere. */
const PLACE = { own: 1, near: 0.7, far: 0.25 };
/** Weight of a commit that no deploy contains, while deploys contain others: it never left the repository. */
const UNDELIVERED = 0.1;
/**
 * A change this long before the onset weighs half, milliseconds. Faults may be late: they wait for load, for caches to
 * expire and for pools to fill.
 */
const HALF_LIFE_MS = 120 * 60_000;
/** Blame of a change by kind, if the fault begins right after it: how often such changes break something. */
const PROMPT_BLAME: Readonly<Record<string, number>> = {
  "change.deploy": 1,
  "change.config": 0.9,
  "change.flag": 0.8,
  "change.scale": 0.4,
  "change.other": 0.4,
};
/** The same for a change whose record says that it touches only texts or monitoring. */
const ROUTINE_BLAME = 0.2;
/** Factor on the blame by timing alone, for faults that often occur without a change. */
const SPONTANEOUS_WEIGHT = 0.2;
/** Sum of rarities of shared words at which a change counts as related to 1 − e^(−1). */
const RELATED_WORDS = 1.5;
/** A change that shares no word with the symptoms keeps this share of its blame. */
const UNRELATED = 0.2;
/** Relatedness of a change without words of its own, which cannot be compared. */
const WORDLESS = 0.7;
/** Weight of symptom words seen neither on the suspect nor at the place of the change. */
const ELSEWHERE = 0.6;
/** Weight of words in the context of an altered line; the line itself weighs 1. */
const AROUND_WEIGHT = 0.5;
/** Effect of an outage that a provider reports. It outweighs any change of ours if the symptoms share its words. */
const OUTSIDE_EFFECT = 1.2;

type Blame = { finding: CitedFinding; blame: number; outside: boolean };

/**
 * Finds the change that explains the suspect's failure. Blame is place × the largest of three: effect × relatedness of
 * words × time; the measured harm of the change's new instances; and, for a change of the suspect whose content is not
 * recorded, how promptly the fault followed it. Outages on a provider's status feed compete with changes.
 *
 * @param cause id of the suspect's likeliest cause. Certificates expire and disks fill up without any change.
 * @returns the change's id; null if changes were read and none explains the failure, or a provider's outage does;
 *   undefined if no changes were read.
 */
export function culpritChange(
  suspect: string | undefined,
  map: EvidenceMap,
  cause: string = UNKNOWN_CAUSE,
): string | null | undefined {
  const changes = map.findings.filter(({ signal }) => signal === "change");
  if (suspect === undefined || changes.length === 0) return undefined;
  const [best] = blameChanges({ suspect, cause }, changes, map);
  const id = best?.finding.evidence.facts.id;
  return best && !best.outside && best.blame >= MIN_BLAME && typeof id === "string" ? id : null;
}

/** Every change with its blame, highest first; of equals the later first. */
function blameChanges(blamed: Blamed, changes: readonly CitedFinding[], map: EvidenceMap): Blame[] {
  const { suspect, cause } = blamed;
  const relatedness = relatednessTo(suspect, changes, map);
  const fault = faultTimeOf(suspect, map, BUILDS_UP.has(cause));
  return changes
    .filter(({ evidence }) => evidence.facts.trouble !== "no")
    .map((finding): Blame => {
      const { effect, delivery, trouble, content } = finding.evidence.facts;
      const reading = { halfLifeMs: HALF_LIFE_MS, isUnread: content === "not recorded" };
      const outside = trouble === "yes";
      const can = outside ? OUTSIDE_EFFECT : typeof effect === "number" ? effect : 1;
      const at = placeOf(finding, blamed, map);
      const place = outside ? 1 : delivery === "not delivered" ? UNDELIVERED : at;
      const read = can * relatedness(finding) * timely(finding.onsetMs, fault, reading);
      const isFelt = at === PLACE.own || isWrittenForCallee(finding, suspect, map);
      const prompt = isFelt ? promptBlame(finding, blamed, fault, map) : 0;
      return { finding, outside, blame: place * Math.max(read, measured(finding), prompt) };
    })
    .toSorted((a, b) => b.blame - a.blame || (b.finding.onsetMs ?? 0) - (a.finding.onsetMs ?? 0));
}

type Blamed = { suspect: string; cause: string };

/** Blame of a change of the suspect by timing alone. Only for a change whose record does not show what it does. */
function promptBlame(
  { kind, onsetMs, evidence: { facts } }: CitedFinding,
  { suspect, cause }: Blamed,
  fault: FaultTime | null,
  { candidates }: EvidenceMap,
): number {
  if (facts.content !== "not recorded") return 0;
  const blame = facts.routine === "yes" ? ROUTINE_BLAME : (PROMPT_BLAME[kind] ?? 0);
  const starved = cause === "cpu_contention" && isHostKind(candidates.get(suspect) ?? "");
  const isByItself = SPONTANEOUS.has(cause) && !isWrittenAround(facts.written_kind);
  return blame * promptness(onsetMs, fault) * (starved || isByItself ? SPONTANEOUS_WEIGHT : 1);
}

/** True for a Service, policy or quota that was written to: pods become unreachable, or are missing, because of it. */
const isWrittenAround = (kind: unknown): boolean => typeof kind === "string" && !kind.startsWith("configmap");

/** True for what was written to an object of a component that the suspect calls: its answers change, not its health. */
const isWrittenForCallee = (
  { entity, evidence: { facts } }: CitedFinding,
  suspect: string,
  { graph, candidateOf }: EvidenceMap,
): boolean =>
  typeof facts.written_kind === "string" &&
  (graph.callees.get(suspect) ?? []).some((id) => candidateOf(id) === (candidateOf(entity.id) ?? entity.id));

/** Returns the relatedness of a change to the symptoms by common words, in [0, 1]. */
function relatednessTo(
  suspect: string,
  changes: readonly CitedFinding[],
  map: EvidenceMap,
): (change: CitedFinding) => number {
  const symptoms = symptomWords(suspect, map);
  const rarity = rarityOf(changes);
  const names = new Set([...map.candidates.keys(), ...changes.map(({ entity }) => entity.id)].flatMap(wordStems));
  return (finding) => {
    // An entity's name is in all of its changes and logs, so it relates nothing.
    const words = wordsOf(finding).filter(([word]) => !names.has(word));
    if (words.length === 0 || symptoms.all.size === 0) return WORDLESS;
    const there = symptoms.of(finding.entity.id);
    const common = words.reduce(
      (sum, [word, weight]) =>
        sum + (there.has(word) ? 1 : (symptoms.all.get(word) ?? 0)) * weight * (rarity.get(word) ?? 1),
      0,
    );
    return UNRELATED + (1 - UNRELATED) * (1 - Math.exp(-common / RELATED_WORDS));
  };
}

/** Measured harm of new instances against old ones, in [0, 1): proof, whatever the change record says. */
const measured = ({ evidence: { facts } }: CitedFinding): number =>
  typeof facts.rollout_evidence === "number" ? 1 - Math.exp(-facts.rollout_evidence) : 0;

function placeOf({ entity }: CitedFinding, { suspect, cause }: Blamed, map: EvidenceMap): number {
  const { graph, candidateOf, findings, failures } = map;
  const at = candidateOf(entity.id) ?? entity.id;
  if (at === suspect || at === graph.ownerOf.get(suspect)) return PLACE.own;
  // A server that refuses credentials and the client that sends them state one fault: either may have been changed.
  if (failures.some(({ speaker, blamed, signature }) => speaker === at && blamed === at && signature.cause === cause))
    return PLACE.own;
  const near = [...(graph.callees.get(suspect) ?? []), ...(graph.callers.get(suspect) ?? [])].some(
    (id) => candidateOf(id) === at,
  );
  return near || findings.some(({ signal, entity: abnormal }) => signal !== "change" && candidateOf(abnormal.id) === at)
    ? PLACE.near
    : PLACE.far;
}

const wordsOf = ({ evidence: { facts } }: CitedFinding): [string, number][] => [
  ...split(facts.altered).map((word): [string, number] => [word, 1]),
  ...split(facts.around).map((word): [string, number] => [word, AROUND_WEIGHT]),
];
const split = (words: unknown): string[] => (typeof words === "string" && words !== "" ? words.split(" ") : []);

/** Rarity of each word in (0, 1]: 1 if only one change has it. */
function rarityOf(changes: readonly CitedFinding[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const change of changes) for (const [word] of wordsOf(change)) seen.set(word, (seen.get(word) ?? 0) + 1);
  return new Map(
    [...seen].map(([word, count]) => [word, Math.log1p(changes.length / count) / Math.log1p(changes.length)]),
  );
}

type Symptoms = { all: ReadonlyMap<string, number>; of: (entity: string) => ReadonlySet<string> };

/** Words of all abnormal findings: `all` with weight 1 on the suspect and less elsewhere; `of` those of one entity. */
function symptomWords(suspect: string, { findings, candidateOf, incident }: EvidenceMap): Symptoms {
  const on = new Map<string, Set<string>>();
  const addWords = (at: string, text: string): void => {
    const words = on.get(at) ?? new Set();
    for (const word of wordStems(text)) words.add(word);
    on.set(at, words);
  };
  for (const { signal, entity, evidence } of findings) {
    if (signal === "change") continue;
    const { metric, name, message, status, operation } = evidence.facts;
    const text = [evidence.template, evidence.exemplar, metric, name, message, status, operation]
      .filter((part) => typeof part === "string")
      .join("\n");
    addWords(candidateOf(entity.id) ?? entity.id, text);
  }
  addWords(suspect, incident.title);
  const all = new Map([...on].flatMap(([, words]) => [...words].map((word): [string, number] => [word, ELSEWHERE])));
  for (const word of on.get(suspect) ?? []) all.set(word, 1);
  return { all, of: (entity) => on.get(candidateOf(entity) ?? entity) ?? new Set() };
}
