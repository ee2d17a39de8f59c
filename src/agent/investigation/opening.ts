import type { CitedFinding } from "../../domain/finding.ts";
import type { Ranking } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import { redactNamed } from "../../domain/redact.ts";
import type { Doubt } from "../../domain/model-investigation.ts";
import { quotedJson, quotedName, quotedText, quotedTime } from "../../llm/quoted-data.ts";
import type { LoopBudget } from "../../llm/loop-budget.ts";

/** Characters of the opening. Findings beyond it are left out, the weakest first. */
const MAX_LENGTH = 16_000;
const LONGEST = { text: 300, fact: 120 };
const MOST = { suspects: 5, reasons: 6, findings: 40, facts: 10 };

const DOUBT_WORDS: Record<Doubt, string> = {
  inconclusive: "the program reached no conclusion",
  close: "the first two suspects are close",
};

/** The data of the case, as the first message of the investigation. All foreign text in it is quoted data. */
export function openingOf(
  {
    incident,
    ranking,
    findings,
    doubt,
  }: {
    incident: Incident;
    ranking: Ranking;
    findings: readonly CitedFinding[];
    doubt: Doubt;
  },
  budget: LoopBudget,
): string {
  const names = new Set(findings.flatMap(({ entity, peer }) => (peer === null ? [entity.id] : [entity.id, peer])));
  const strongest = byImportance(ranking, findings)
    .slice(0, MOST.findings)
    .map((finding) => shownFinding(finding, names));
  const frame = (shown: readonly unknown[]): string =>
    `<data>\n${quotedJson({
      incident: {
        title: quotedText(incident.title, LONGEST.text, names),
        entry: incident.entry === null ? null : quotedName(incident.entry),
        alarmAt: quotedTime(incident.alarmAtMs),
        window: incident.window && windowOf(incident.window),
        quietTimeGiven: incident.baseline.window && windowOf(incident.baseline.window),
        onset: quotedTime(ranking.onsetMs),
      },
      doubt: DOUBT_WORDS[doubt],
      why: quotedText(ranking.why, LONGEST.text, names),
      suspects: ranking.hypotheses.slice(0, MOST.suspects).map((hypothesis) => ({
        entity: quotedName(hypothesis.entity.id),
        cause: quotedName(hypothesis.cause),
        reasons: hypothesis.reasons.slice(0, MOST.reasons).map((reason) => quotedText(reason, LONGEST.text, names)),
        evidence: hypothesis.for,
      })),
      findings: shown,
      findingsLeftOut: findings.length - shown.length,
      calls: budget.steps,
    })}\n</data>\nInvestigate.`;
  let shown = strongest;
  while (shown.length > 0 && frame(shown).length > MAX_LENGTH) shown = shown.slice(0, -1);
  return frame(shown);
}

const windowOf = ({ startMs, endMs }: { startMs: number; endMs: number }) => ({
  from: quotedTime(startMs),
  to: quotedTime(endMs),
});

const shownFinding = (
  { id, kind, entity, peer, onsetMs, evidence: { facts, template } }: CitedFinding,
  names: ReadonlySet<string>,
) => ({
  id,
  kind,
  entity: quotedName(entity.id),
  ...(peer === null ? {} : { peer: quotedName(peer) }),
  onset: quotedTime(onsetMs),
  ...(template === undefined ? {} : { template: quotedText(template, LONGEST.text, names) }),
  facts: Object.fromEntries(
    Object.entries(facts)
      .slice(0, MOST.facts)
      .map(([name, value]) => [
        quotedName(name),
        typeof value === "string"
          ? quotedText(redactNamed(name, value.slice(0, LONGEST.fact * 4)), LONGEST.fact, names)
          : value,
      ]),
  ),
});

/** First what the suspects rest on, then the strongest of each kind in turn. */
function byImportance({ hypotheses }: Ranking, findings: readonly CitedFinding[]): CitedFinding[] {
  const cited = hypotheses.slice(0, MOST.suspects).flatMap((hypothesis) => hypothesis.for.slice(0, 5));
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const first = cited.flatMap((id) => byId.get(id) ?? []);
  const kinds = [...Map.groupBy(findings, ({ kind }) => kind).values()].map((list) =>
    list.toSorted((a, b) => b.strength - a.strength),
  );
  const most = Math.max(0, ...kinds.map((list) => list.length));
  const inTurn = Array.from({ length: Math.min(most, MOST.findings) }, (_, at) =>
    kinds.flatMap((list) => list[at] ?? []),
  );
  return [...new Set([...first, ...inTurn.flat()])];
}
