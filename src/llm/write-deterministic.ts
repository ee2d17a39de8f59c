import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import type { Claim, ExplainInput } from "../domain/ports.ts";
import { checkCitations } from "./check-citations.ts";

export const MOST_CLAIMS = 8;
const LONGEST_SUMMARY = 240;
/** Candidates with this share of the first's confidence are not told apart from it. */
const ALIKE = 0.5;

/**
 * Explains a ranking without a model: what broke and since when, what shows it, which change came before, how it spread along the
 * path, and why this candidate and not the next. At most eight sentences; none where there are no findings.
 * Sentences quote numbers only from the findings that they cite, and pass the citation check like a model's: what does not is left out.
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
    checkCitations(unique(claims), findings, path).kept.slice(0, MOST_CLAIMS);
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

/** What broke and since when, and the strongest sign of each of up to three kinds. */
function broke(first: Hypothesis, isOver: boolean, scene: Scene): Claim[] {
  const own = aboutOf(first, scene);
  const earliest = earliestOf(own);
  const [lead] = own;
  if (lead === undefined) return [];
  const cause =
    first.cause === "unknown" ? "the cause is not known" : `the signs fit ${first.cause.replaceAll("_", " ")}`;
  const since = earliest === undefined ? "" : `, abnormal since ${clock(earliest)}`;
  const opening = `${first.entity.id} ${isOver ? "was" : "is"} the most likely origin${since}; ${cause}.`;
  const ids = earliest === undefined || earliest.id === lead.id ? [lead.id] : [earliest.id, lead.id];
  const signs = onePerKind(own.filter(({ signal }) => signal !== "change")).slice(0, 3);
  return [
    { text: opening, evidenceIds: ids },
    ...signs.map((finding) => ({ text: sentence(finding), evidenceIds: [finding.id] })),
  ];
}

/** The change to blame: the one that the ranking names, else the last one on the entity before it became abnormal. */
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
    ? `A change of ${found.entity.id} came before, at ${clock(found)}: ${sentence(found)}`
    : `A change of ${found.entity.id} is blamed: ${sentence(found)}`;
  return [{ text, evidenceIds: [found.id] }];
}

/** From the cause towards the symptom: who became abnormal when. Who did so before the cause did not catch it from there. */
function spread(first: Hypothesis, scene: Scene): Claim[] {
  const beganMs = earliestOf(aboutOf(first, scene))?.onsetMs ?? Number.NEGATIVE_INFINITY;
  const victims = first.path.toReversed().filter((id) => id !== first.entity.id);
  const hit = victims
    .flatMap((id) => earliestOf(scene.findings.filter(({ entity }) => entity.id === id)) ?? [])
    .filter(({ onsetMs }) => onsetMs !== null && onsetMs >= beganMs);
  if (hit.length === 0) return [];
  return [
    {
      text: `From there it reached ${listed(hit.map((finding) => `${finding.entity.id} at ${clock(finding)}`))}.`,
      evidenceIds: hit.map(({ id }) => id),
    },
  ];
}

/** Why not the second: it failed later, less speaks for it, or something speaks against it. */
function rival(first: Hypothesis, second: Hypothesis | undefined, scene: Scene): Claim[] {
  if (second === undefined || second.entity.id === first.entity.id) return [];
  const [own, other] = [aboutOf(first, scene), aboutOf(second, scene)];
  const name = second.entity.id;
  // What is told of its way there counts too: two times for one entity would contradict each other.
  const [mine, theirs] = [
    earliestOf(own),
    earliestOf([...other, ...scene.findings.filter(({ entity }) => entity.id === name)]),
  ];
  if (mine?.onsetMs != null && theirs?.onsetMs != null && theirs.onsetMs - mine.onsetMs >= 1000)
    return [
      {
        text: `${name}, the next candidate, became abnormal only at ${clock(theirs)}, after ${first.entity.id} at ${clock(mine)}.`,
        evidenceIds: [theirs.id, mine.id],
      },
    ];
  const [ours, lesser] = [onePerKind(own), onePerKind(other)];
  if (lesser.length > 0 && ours.length > lesser.length)
    return [
      {
        text: `Fewer kinds of signs point at ${name}, the next candidate, than at ${first.entity.id}.`,
        evidenceIds: [...lesser, ...ours].map(({ id }) => id),
      },
    ];
  const doubt = second.against.flatMap((id) => scene.byId.get(id) ?? [])[0];
  return doubt === undefined
    ? []
    : [
        {
          text: `Against ${name}, the next candidate, speaks: ${sentence(doubt)}`,
          evidenceIds: unique([doubt.id, ...other.slice(0, 1).map(({ id }) => id)]),
        },
      ];
}

function against(first: Hypothesis, { byId }: Scene): Claim[] {
  const found = first.against.flatMap((id) => byId.get(id) ?? []).slice(0, 1);
  return found.map((finding) => ({ text: `Against it speaks: ${sentence(finding)}`, evidenceIds: [finding.id] }));
}

/** The candidates that cannot be told apart, or the one that leads without proof, and the strongest sign of each. */
function undecided(hypotheses: readonly Hypothesis[], scene: Scene): Claim[] {
  const open = hypotheses
    .filter(({ status }) => status !== "ruled_out")
    .slice(0, 3)
    .map((hypothesis) => ({ hypothesis, own: aboutOf(hypothesis, scene) }))
    .filter(({ own }) => own.length > 0);
  const alike = open.filter(({ hypothesis }) => hypothesis.confidence >= ALIKE * (open[0]?.hypothesis.confidence ?? 0));
  const names = unique(alike.map(({ hypothesis }) => hypothesis.entity.id));
  const told =
    names.length < 2
      ? `Most of what was found points at ${listed(names)}, and does not prove it.`
      : `The findings do not tell ${listed(names)} apart.`;
  const opening =
    names.length === 0
      ? []
      : [{ text: told, evidenceIds: unique(alike.flatMap(({ own }) => own.slice(0, 1).map(({ id }) => id))) }];
  return [
    ...opening,
    ...open
      .flatMap(({ own }) => onePerKind(own).slice(0, 2))
      .map((finding) => ({ text: sentence(finding), evidenceIds: [finding.id] })),
  ];
}

/** What was seen, though it is no sign of an incident. */
const quiet = ({ findings }: Scene): Claim[] =>
  onePerKind(findings)
    .slice(0, 3)
    .map((finding) => ({
      text: `Seen, but too little for an incident: ${sentence(finding)}`,
      evidenceIds: [finding.id],
    }));

/** Findings for a hypothesis that are about its entity or have it as their peer, as the ranking orders them; if none is, all for it. */
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

/** The first to become abnormal; a change is none, it is what may have come before. */
const earliestOf = (findings: readonly CitedFinding[]): CitedFinding | undefined =>
  findings
    .filter(
      ({ onsetMs, signal }) => signal !== "change" && onsetMs !== null && Number.isFinite(new Date(onsetMs).getTime()),
    )
    .toSorted((a, b) => (a.onsetMs ?? 0) - (b.onsetMs ?? 0))[0];

/** "08:41:02 UTC", the onset of a finding that has one. */
const clock = ({ onsetMs }: CitedFinding): string => `${new Date(onsetMs ?? 0).toISOString().slice(11, 19)} UTC`;

/** The summary as a sentence; a long one is cut between words, so that no number loses a digit. */
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
