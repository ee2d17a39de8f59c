import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import type { Claim, ExplainInput } from "../domain/ports.ts";
import { checkCitations } from "./check-citations.ts";

export const MOST_CLAIMS = 8;
const LONGEST_SUMMARY = 240;
/** Hypotheses with at least this share of the first's confidence are not separated from it. */
const ALIKE = 0.5;

/**
 * Explains a ranking without a model: what broke and since when, the evidence, the change before it, how it spread
 * along
 * the path, and why the first hypothesis is more likely than the second. At most eight sentences; none without
 * findings.
 * Sentences quote numbers only from the findings they cite. They pass the same citation check as a model's, which drops
 * the others.
 */
export function deterministicClaims({ ranking, findings }: ExplainInput): Claim[] {
  const scene: Scene = { byId: new Map(findings.map((finding) => [finding.id, finding])), findings };
  const [first, second] = ranking.hypotheses;
  const written =
    first === undefined || ranking.verdict === "no_incident"
      ? quiet(scene)
      : ranking.verdict === "inconclusive"
        ? undecided(ranking.hypotheses, scene)
        : [
            ...broke(first, ranking.verdict === "recovered", scene),
            ...change(first, ranking.change, scene),
            ...spread(first, scene),
            ...rival(first, second, scene),
            ...against(first, scene),
          ];
  const path = ranking.hypotheses[0]?.path ?? [];
  const checked = (claims: readonly Claim[]): Claim[] =>
    checkCitations(unique(claims), findings, path, "code").kept.slice(0, MOST_CLAIMS);
  const kept = checked(written);
  return kept.length > 0
    ? kept
    : checked(
        onePerKind(findings)
          .slice(0, 3)
          .map((finding) => ({ text: sentence(finding), evidenceIds: [finding.id] })),
      );
}

type Scene = { byId: ReadonlyMap<string, CitedFinding>; findings: readonly CitedFinding[] };

/** The root cause, its onset, and the strongest finding of up to three kinds. */
function broke(first: Hypothesis, isOver: boolean, scene: Scene): Claim[] {
  const own = aboutOf(first, scene);
  const earliest = earliestOf(own);
  const [lead] = own;
  if (lead === undefined) return [];
  const cause =
    first.cause === "unknown" ? "the cause is unknown" : `the evidence matches ${first.cause.replaceAll("_", " ")}`;
  const since = earliest === undefined ? "" : `, abnormal since ${clock(earliest)}`;
  const opening = `${first.entity.id} ${isOver ? "was" : "is"} the most likely root cause${since}; ${cause}.`;
  const ids = earliest === undefined || earliest.id === lead.id ? [lead.id] : [earliest.id, lead.id];
  const signs = onePerKind(own.filter(({ signal }) => signal !== "change")).slice(0, 3);
  return [
    { text: opening, evidenceIds: ids },
    ...signs.map((finding) => ({ text: sentence(finding), evidenceIds: [finding.id] })),
  ];
}

/**
 * The change to blame: the one that the ranking names, else the last change of the entity before it became abnormal.
 */
function change(first: Hypothesis, blamed: string | null | undefined, scene: Scene): Claim[] {
  if (blamed === null) return [];
  const began = earliestOf(aboutOf(first, scene))?.onsetMs ?? Number.POSITIVE_INFINITY;
  const changes = scene.findings.filter(({ signal }) => signal === "change");
  const named =
    blamed === undefined ? undefined : changes.find(({ evidence: { facts } }) => Object.values(facts).includes(blamed));
  const before = changes
    .filter(({ entity, onsetMs }) => entity.id === first.entity.id && onsetMs !== null && onsetMs <= began)
    .toSorted((a, b) => (b.onsetMs ?? 0) - (a.onsetMs ?? 0))[0];
  const found = named ?? before;
  if (found === undefined) return [];
  const isBefore = found.onsetMs !== null && found.onsetMs <= began;
  const text = isBefore
    ? `${found.entity.id} was changed before that, at ${clock(found)}: ${sentence(found)}`
    : `The likely culprit is a change of ${found.entity.id}: ${sentence(found)}`;
  return [{ text, evidenceIds: [found.id] }];
}

/**
 * From the cause towards the symptom: which entity became abnormal when. Entities that were abnormal before the cause
 * are left out: the fault did not spread to them from there.
 */
function spread(first: Hypothesis, scene: Scene): Claim[] {
  const beganMs = earliestOf(aboutOf(first, scene))?.onsetMs ?? Number.NEGATIVE_INFINITY;
  const victims = first.path.toReversed().filter((id) => id !== first.entity.id);
  const hit = victims
    .flatMap((id) => earliestOf(scene.findings.filter(({ entity }) => entity.id === id)) ?? [])
    .filter(({ onsetMs }) => onsetMs !== null && onsetMs >= beganMs);
  if (hit.length === 0) return [];
  const reached = listed(hit.map((finding) => `${finding.entity.id} at ${clock(finding)}`));
  return [{ text: `From there the fault spread to ${reached}.`, evidenceIds: hit.map(({ id }) => id) }];
}

/** Why the second is less likely: it became abnormal later, has less evidence, or has evidence against it. */
function rival(first: Hypothesis, second: Hypothesis | undefined, scene: Scene): Claim[] {
  if (second === undefined || second.entity.id === first.entity.id) return [];
  const [own, other] = [aboutOf(first, scene), aboutOf(second, scene)];
  const name = second.entity.id;
  // All findings on the second count here, so that no other sentence gives another time for it.
  const [mine, theirs] = [
    earliestOf(own),
    earliestOf([...other, ...scene.findings.filter(({ entity }) => entity.id === name)]),
  ];
  if (mine?.onsetMs != null && theirs?.onsetMs != null && theirs.onsetMs - mine.onsetMs >= 1000)
    return [
      {
        text:
          `${name}, the runner-up, became abnormal only at ${clock(theirs)}, ` +
          `after ${first.entity.id} at ${clock(mine)}.`,
        evidenceIds: [theirs.id, mine.id],
      },
    ];
  const [ours, lesser] = [onePerKind(own), onePerKind(other)];
  if (lesser.length > 0 && ours.length > lesser.length)
    return [
      {
        text: `${name}, the runner-up, has fewer kinds of evidence than ${first.entity.id}.`,
        evidenceIds: [...lesser, ...ours].map(({ id }) => id),
      },
    ];
  const doubt = second.against.flatMap((id) => scene.byId.get(id) ?? [])[0];
  return doubt === undefined
    ? []
    : [
        {
          text: `Evidence against ${name}, the runner-up: ${sentence(doubt)}`,
          evidenceIds: unique([doubt.id, ...other.slice(0, 1).map(({ id }) => id)]),
        },
      ];
}

function against(first: Hypothesis, { byId }: Scene): Claim[] {
  const found = first.against.flatMap((id) => byId.get(id) ?? []).slice(0, 1);
  return found.map((finding) => ({
    text: `Evidence against ${first.entity.id}: ${sentence(finding)}`,
    evidenceIds: [finding.id],
  }));
}

/**
 * The hypotheses that the evidence does not separate, or the one that leads without proof; with their strongest
 * findings.
 */
function undecided(hypotheses: readonly Hypothesis[], scene: Scene): Claim[] {
  const open = hypotheses
    .filter(({ status }) => status !== "ruled_out")
    .slice(0, 3)
    .map((hypothesis) => ({ hypothesis, own: aboutOf(hypothesis, scene) }))
    .filter(({ own }) => own.length > 0);
  const alike = open.filter(({ hypothesis }) => hypothesis.confidence >= ALIKE * (open[0]?.hypothesis.confidence ?? 0));
  const names = unique(alike.map(({ hypothesis }) => hypothesis.entity.id));
  const statement =
    names.length < 2
      ? `Most evidence points at ${listed(names)}, but does not prove it.`
      : `The evidence does not separate ${listed(names)}.`;
  const opening =
    names.length === 0
      ? []
      : [{ text: statement, evidenceIds: unique(alike.flatMap(({ own }) => own.slice(0, 1).map(({ id }) => id))) }];
  return [
    ...opening,
    ...open
      .flatMap(({ own }) => onePerKind(own).slice(0, 2))
      .map((finding) => ({ text: sentence(finding), evidenceIds: [finding.id] })),
  ];
}

/** Findings that are too weak for an incident. */
const quiet = ({ findings }: Scene): Claim[] =>
  onePerKind(findings)
    .slice(0, 3)
    .map((finding) => ({
      text: `Observed, but too weak for an incident: ${sentence(finding)}`,
      evidenceIds: [finding.id],
    }));

/**
 * Findings for a hypothesis with its entity as entity or peer, in the ranking's order; all findings for it if there are
 * none.
 */
function aboutOf(hypothesis: Hypothesis, { byId }: Scene): CitedFinding[] {
  const cited = unique(hypothesis.for).flatMap((id) => byId.get(id) ?? []);
  const own = cited.filter(({ entity, peer }) => entity.id === hypothesis.entity.id || peer === hypothesis.entity.id);
  return own.length > 0 ? own : cited;
}

/** The strongest finding of each kind, kinds in the order given: strengths compare only within a kind. */
const onePerKind = (findings: readonly CitedFinding[]): CitedFinding[] =>
  [...Map.groupBy(findings, ({ kind }) => kind).values()].flatMap((same) =>
    same.toSorted((a, b) => b.strength - a.strength).slice(0, 1),
  );

/** The finding with the earliest onset. Changes do not count: they may come before the fault. */
const earliestOf = (findings: readonly CitedFinding[]): CitedFinding | undefined =>
  findings
    .filter(
      ({ onsetMs, signal }) => signal !== "change" && onsetMs !== null && Number.isFinite(new Date(onsetMs).getTime()),
    )
    .toSorted((a, b) => (a.onsetMs ?? 0) - (b.onsetMs ?? 0))[0];

/** "08:41:02 UTC", the onset of a finding that has one. */
const clock = ({ onsetMs }: CitedFinding): string => `${new Date(onsetMs ?? 0).toISOString().slice(11, 19)} UTC`;

/** The summary as a sentence. A long one is cut between words, so that no number loses a digit. */
function sentence({ summary, kind, entity }: CitedFinding): string {
  const words = summary.replaceAll(/\s+/g, " ").trim();
  if (words === "") return `${entity.id} shows ${kind.replaceAll(/[.-]/g, " ")}.`;
  if (words.length <= LONGEST_SUMMARY) return /[.!?…]$/.test(words) ? words : `${words}.`;
  const cut = words.slice(0, LONGEST_SUMMARY).replace(/\S*$/, "").trimEnd();
  return cut === "" ? `${entity.id} shows ${kind.replaceAll(/[.-]/g, " ")}.` : `${cut} …`;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;

function unique(ids: readonly string[]): string[];
function unique(claims: readonly Claim[]): Claim[];
function unique(all: readonly (string | Claim)[]): (string | Claim)[] {
  return [...new Map(all.map((one) => [typeof one === "string" ? one : one.text, one])).values()];
}
