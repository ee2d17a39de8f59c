import type { CitedFinding } from "../domain/finding.ts";
import { wordStems } from "../stats/word-stems.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import { faultOnset } from "./onset.ts";

/** What a change must be worth to be named; below it, no change is to blame. Ordinary edits (an effect of 0.2) never are, however well they fit. */
const MIN_BLAME = 0.22;
/** How likely a change is to blame by where it was made: on the suspect; on what calls it, is called by it or is ill as well; elsewhere. */
const PLACE = { own: 1, near: 0.7, far: 0.25 };
/** A commit that no deploy carries while others are carried has not left the repository. */
const UNDELIVERED = 0.1;
/** A change this long before the onset is half as suspect: faults wait for load, for caches to empty and pools to fill. Milliseconds. */
const HALF_LIFE_MS = 120 * 60_000;
/** An onset is known to about a scrape. A change later than this after it did not cause it. Milliseconds. */
const ONSET_SLACK_MS = 60_000;
const TOO_LATE = 0.1;
/** Words in common, by rarity, that make a change as good as named by the symptoms: 1 − e^(−1). */
const TELLING_WORDS = 1.5;
/** A change whose words have nothing to do with the symptoms keeps this share. */
const UNRELATED = 0.2;
/** A change without words of its own cannot be held to them. */
const WORDLESS = 0.7;
/** What is said elsewhere than on the suspect and where the change was made counts less. */
const ELSEWHERE = 0.6;
/** What stands around an altered line says less than the line. */
const AROUND_WEIGHT = 0.5;
/** Trouble that a provider reports outweighs what any of our own changes could do, if the symptoms speak of it. */
const OUTSIDE_EFFECT = 1.2;

type Blame = { finding: CitedFinding; blame: number; outside: boolean };

/**
 * The change that explains the suspect's failure: what such a change can do × whether its words are those of the symptoms × where × when it was made; or what its new
 * instances were measured to do. Trouble on a provider's status feed competes with them.
 *
 * @returns its id; null when changes were read and none explains it, or the cause lies outside; undefined when none were read.
 */
export function culpritChange(suspect: string | undefined, map: EvidenceMap): string | null | undefined {
  const changes = map.findings.filter(({ signal }) => signal === "change");
  if (suspect === undefined || changes.length === 0) return undefined;
  const [best] = blameChanges(suspect, changes, map);
  const id = best?.finding.evidence.facts.id;
  return best && !best.outside && best.blame >= MIN_BLAME && typeof id === "string" ? id : null;
}

/** Every change with its blame, most first; the later one first where two are equal. */
function blameChanges(suspect: string, changes: readonly CitedFinding[], map: EvidenceMap): Blame[] {
  const symptoms = symptomWords(suspect, map);
  const rarity = rarityOf(changes);
  const names = new Set([...map.candidates.keys(), ...changes.map(({ entity }) => entity.id)].flatMap(wordStems));
  const related = (finding: CitedFinding): number => {
    // a name that is in every change to a service, and in all that it logs, relates nothing
    const words = wordsOf(finding).filter(([word]) => !names.has(word));
    if (words.length === 0 || symptoms.all.size === 0) return WORDLESS;
    const there = symptoms.of(finding.entity.id);
    const common = words.reduce(
      (sum, [word, weight]) =>
        sum + (there.has(word) ? 1 : (symptoms.all.get(word) ?? 0)) * weight * (rarity.get(word) ?? 1),
      0,
    );
    return UNRELATED + (1 - UNRELATED) * (1 - Math.exp(-common / TELLING_WORDS));
  };
  const onsetMs = faultOnset(map.findings.filter(({ entity }) => map.candidateOf(entity.id) === suspect));
  return changes
    .filter(({ evidence }) => evidence.facts.trouble !== "no")
    .map((finding): Blame => {
      const { effect, delivery, trouble } = finding.evidence.facts;
      const outside = trouble === "yes";
      const can = outside ? OUTSIDE_EFFECT : typeof effect === "number" ? effect : 1;
      const place = outside ? 1 : delivery === "not delivered" ? UNDELIVERED : placeOf(finding, suspect, map);
      const read = can * related(finding) * timely(finding.onsetMs, onsetMs);
      return { finding, outside, blame: place * Math.max(read, measured(finding)) };
    })
    .toSorted((a, b) => b.blame - a.blame || (b.finding.onsetMs ?? 0) - (a.finding.onsetMs ?? 0));
}

/** New instances that do worse than the old are proof, whatever the record says: in [0, 1), by how much worse. */
const measured = ({ evidence: { facts } }: CitedFinding): number =>
  typeof facts.rollout_evidence === "number" ? 1 - Math.exp(-facts.rollout_evidence) : 0;

function timely(madeMs: number | null, onsetMs: number | null): number {
  if (madeMs === null || onsetMs === null) return 1;
  return madeMs > onsetMs + ONSET_SLACK_MS ? TOO_LATE : 2 ** (-Math.max(0, onsetMs - madeMs) / HALF_LIFE_MS);
}

function placeOf({ entity }: CitedFinding, suspect: string, { graph, candidateOf, findings }: EvidenceMap): number {
  const at = candidateOf(entity.id) ?? entity.id;
  if (at === suspect) return PLACE.own;
  const near = [...(graph.callees.get(suspect) ?? []), ...(graph.callers.get(suspect) ?? [])].some(
    (id) => candidateOf(id) === at,
  );
  return near || findings.some(({ signal, entity: ill }) => signal !== "change" && candidateOf(ill.id) === at)
    ? PLACE.near
    : PLACE.far;
}

const wordsOf = ({ evidence: { facts } }: CitedFinding): [string, number][] => [
  ...split(facts.altered).map((word): [string, number] => [word, 1]),
  ...split(facts.around).map((word): [string, number] => [word, AROUND_WEIGHT]),
];
const split = (words: unknown): string[] => (typeof words === "string" && words !== "" ? words.split(" ") : []);

/** In (0, 1]: 1 for a word of one change only, little for one that many changes have. */
function rarityOf(changes: readonly CitedFinding[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const change of changes) for (const [word] of wordsOf(change)) seen.set(word, (seen.get(word) ?? 0) + 1);
  return new Map(
    [...seen].map(([word, count]) => [word, Math.log1p(changes.length / count) / Math.log1p(changes.length)]),
  );
}

type Symptoms = { all: ReadonlyMap<string, number>; of: (entity: string) => ReadonlySet<string> };

/** The words of what is abnormal: all of them, 1 where seen on the suspect and less elsewhere, and those seen on one entity. */
function symptomWords(suspect: string, { findings, candidateOf, incident }: EvidenceMap): Symptoms {
  const on = new Map<string, Set<string>>();
  const hear = (at: string, text: string): void => {
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
    hear(candidateOf(entity.id) ?? entity.id, text);
  }
  hear(suspect, incident.title);
  const all = new Map([...on].flatMap(([, words]) => [...words].map((word): [string, number] => [word, ELSEWHERE])));
  for (const word of on.get(suspect) ?? []) all.set(word, 1);
  return { all, of: (entity) => on.get(candidateOf(entity) ?? entity) ?? new Set() };
}
