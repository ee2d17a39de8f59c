import type { AskAnswer } from "../../domain/ask-answer.ts";
import type { CauseCard } from "../../domain/cause.ts";
import type { Report } from "../../domain/report.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { utcTime } from "../../domain/time.ts";
import { namedThings } from "./named-things.ts";
import { CAN_BE_ANSWERED, type QuestionForm } from "./read-question.ts";

type AnswerClaims = AskAnswer["claims"];
type Candidate = Report["hypotheses"][number];
/** What a stored analysis knows. `entities`: all that it saw. */
export type StoredAnalysis = { report: Report; topology: Topology; entities: readonly string[] };
/** `understood`: false if code cannot answer this question; `claims` is then empty. */
export type ReportAnswer = { understood: boolean; claims: AnswerClaims; canAsk: string[] };

const MOST = { evidence: 4, neighbours: 6, listed: 8 };

/**
 * Answers a question from the stored report, without a model and without a query. Every sentence cites its evidence, if
 * it has any.
 */
export function answerFromReport(question: QuestionForm, stored: StoredAnalysis): ReportAnswer {
  switch (question.kind) {
    case "candidate":
      return question.about === ""
        ? answered(reasons(stored.report))
        : aboutThing(question.about, stored, candidateClaims);
    case "evidence":
      return question.about === ""
        ? answered(evidenceList(stored.report))
        : aboutThing(question.about, stored, evidenceOf);
    case "changes":
      return answered(changes(stored.report));
    case "onset":
      return answered(onset(stored.report));
    case "affected":
      return answered(affected(stored.report));
    case "next":
      return answered(next(stored.report));
    case "why":
      return answered(reasons(stored.report));
    case "unknown":
      return { understood: false, claims: [], canAsk: [...CAN_BE_ANSWERED] };
  }
}

const answered = (claims: AnswerClaims): ReportAnswer => ({ understood: true, claims, canAsk: [] });
const claim = (text: string, ids: readonly string[] = []): AnswerClaims[number] => ({
  text,
  evidence_ids: [...new Set(ids)],
});
const percent = (confidence: number): string =>
  confidence > 0 && confidence < 0.01 ? "<1 %" : `${Math.round(confidence * 100)} %`;
const listed = (names: readonly string[]): string =>
  names.length > MOST.listed
    ? `${names.slice(0, MOST.listed).join(", ")} and ${names.length - MOST.listed} more`
    : names.join(", ");
const titleOf = ({ title, category }: Candidate): string => title ?? category.replaceAll("_", " ");

/** Finds what the words name, and says so where they name nothing. */
function aboutThing(
  about: string,
  stored: StoredAnalysis,
  claimsOf: (entity: string, stored: StoredAnalysis) => AnswerClaims,
): ReportAnswer {
  const id = /^(?:evidence )?#?e?(\d{1,6})$/.exec(about)?.[1];
  const one = id === undefined ? undefined : stored.report.evidence.find((item) => item.id === `E${id}`);
  if (one !== undefined) return answered([claim(one.summary, [one.id])]);
  const named = namedThings(about, stored.entities);
  const claims = [
    ...named.entities.slice(0, 3).flatMap((entity) => claimsOf(entity, stored)),
    ...(named.entities.length > 3 ? [claim(`The words also name ${listed(named.entities.slice(3))}.`)] : []),
    ...named.causes.flatMap((card) => causeClaims(card, stored)),
  ];
  if (claims.length > 0) return answered(claims);
  const like = named.similar.length > 0 ? named.similar : stored.entities;
  const words = named.words.slice(0, 80);
  const mentions = stored.report.evidence.filter(({ summary }) => mentionsWord(summary, words));
  return answered([
    claim(`No entity of this analysis and no cause that Causeway knows is called “${words}”.`),
    ...(mentions.length === 0
      ? [claim("No evidence mentions it either.")]
      : mentions.slice(0, MOST.evidence).map(({ id, summary }) => claim(`Evidence mentions it: ${summary}`, [id]))),
    claim(
      like.length === 0
        ? "The analysis names no entity."
        : `${named.similar.length > 0 ? "Entities like it" : "The entities are"}: ${listed(like)}.`,
    ),
  ]);
}

/** If a text holds these words as whole words. */
const mentionsWord = (text: string, words: string): boolean =>
  ` ${text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `.includes(
    ` ${words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
      .trim()} `,
  ) && /[\p{L}\p{N}]/u.test(words);

const summaries = (ids: readonly string[], { evidence }: Report, before: string): AnswerClaims =>
  ids
    .flatMap((id) => evidence.find((item) => item.id === id) ?? [])
    .slice(0, MOST.evidence)
    .map(({ id, summary }) => claim(`${before}${summary}`, [id]));

/** A suspect's place in the ranking, what speaks for it and against it, and what would be needed. */
function candidateClaims(entity: string, { report, topology }: StoredAnalysis): AnswerClaims {
  const found = report.hypotheses.map((one, at) => ({ one, at })).filter(({ one }) => one.entity === entity);
  if (found.length === 0) return strangerClaims(entity, report, topology);
  return found.slice(0, 2).flatMap(({ one, at }) => placeClaims(one, at, report));
}

function placeClaims(one: Candidate, at: number, report: Report): AnswerClaims {
  const isBlamed = report.root_causes.some(
    ({ entity, category }) => entity === one.entity && category === one.category,
  );
  const place = isBlamed
    ? `${one.entity} is the root cause of this report: ${titleOf(one)}, ${percent(one.confidence)}.`
    : `${one.entity} is candidate ${at + 1} of ${report.hypotheses.length}: ${titleOf(one)}, ${percent(one.confidence)}, ${one.status.replaceAll("_", " ")}.`;
  const [first] = report.hypotheses;
  const isFirst = at === 0 || first === undefined;
  return [
    claim(place, one.evidence_ids.slice(0, MOST.evidence)),
    ...summaries(one.evidence_ids, report, "For it: "),
    ...summaries(one.against_ids, report, "Against it: "),
    ...(isFirst
      ? []
      : [
          claim(
            `First is ${first.entity}: ${titleOf(first)}, ${percent(first.confidence)}: ${first.why}`,
            first.evidence_ids.slice(0, 2),
          ),
        ]),
    ...(one.would_refute === "" ? [] : [claim(`It would be refuted if ${one.would_refute}.`)]),
    ...(isBlamed || at === 0 ? [] : needed(report)),
  ];
}

const needed = (report: Report): AnswerClaims =>
  report.next_evidence.slice(0, 2).map((text) => claim(`Next check: ${text}`));

/** An entity that is no candidate. */
function strangerClaims(entity: string, report: Report, { edges }: Topology): AnswerClaims {
  const about = report.evidence.filter((item) => item.entity === entity || item.peer === entity);
  const callers = edges.filter(({ to }) => to === entity).map(({ from }) => from);
  const callees = edges.filter(({ from }) => from === entity).map(({ to }) => to);
  const path = report.hypotheses[0]?.path.includes(entity) === true;
  return [
    claim(
      `${entity} is no candidate: ${about.length === 0 ? "the report has no finding about it" : "what was found about it does not make it one"}.`,
      about.map(({ id }) => id).slice(0, MOST.evidence),
    ),
    ...about.slice(0, MOST.evidence).map(({ id, summary }) => claim(`About it: ${summary}`, [id])),
    ...(path
      ? [claim(`It lies on the path from the symptom to ${report.hypotheses[0]?.entity ?? "the first candidate"}.`)]
      : []),
    ...(callers.length === 0
      ? []
      : [claim(`It is called by ${listed([...new Set(callers)].slice(0, MOST.neighbours))}.`)]),
    ...(callees.length === 0 ? [] : [claim(`It calls ${listed([...new Set(callees)].slice(0, MOST.neighbours))}.`)]),
    claim(
      "It would become a candidate through something abnormal in its own logs, metrics, spans or state that begins no later than the trouble of its callers.",
    ),
    ...report.not_checked.slice(0, 2).map(({ source, why }) => claim(`Not checked: ${source}: ${why}`)),
  ];
}

function causeClaims(card: CauseCard, { report }: StoredAnalysis): AnswerClaims {
  const found = report.hypotheses.map((one, at) => ({ one, at })).filter(({ one }) => one.category === card.id);
  if (found.length > 0) return found.slice(0, 2).flatMap(({ one, at }) => placeClaims(one, at, report));
  const signs = card.signature.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  return [
    claim(`No candidate has the cause “${card.title}”.`),
    ...(signs.length === 0
      ? []
      : [claim(`It would show: ${[...new Set(signs.map(({ why }) => why))].slice(0, 3).join("; ")}.`)]),
    claim(`It would be refuted if ${card.refutedBy}.`),
  ];
}

function evidenceOf(entity: string, { report }: StoredAnalysis): AnswerClaims {
  const found = report.evidence.filter((item) => item.entity === entity || item.peer === entity);
  return found.length === 0
    ? [claim(`The report has no evidence about ${entity}.`)]
    : found.slice(0, MOST.listed).map(({ id, summary }) => claim(summary, [id]));
}

const evidenceList = (report: Report): AnswerClaims => {
  const ids = report.hypotheses[0]?.evidence_ids ?? [];
  const cited = summaries(ids, report, "");
  return cited.length > 0
    ? cited
    : report.evidence.slice(0, MOST.evidence).map(({ id, summary }) => claim(summary, [id]));
};

function changes(report: Report): AnswerClaims {
  const found = report.evidence.filter(({ signal }) => signal === "change");
  const blamed =
    report.change === undefined
      ? "The evidence does not decide if a change is to blame."
      : report.change === null
        ? "No change is to blame."
        : `The change to blame is ${report.change}.`;
  return [
    claim(
      found.length === 0 ? "The report lists no change." : blamed,
      found.slice(0, 1).map(({ id }) => id),
    ),
    ...found
      .slice(0, MOST.listed)
      .map(({ id, summary, onset: at }) =>
        claim(`${at === null ? "" : `${utcTime(Date.parse(at))}: `}${summary}`, [id]),
      ),
    ...report.not_checked
      .filter(({ source }) => /change/i.test(source))
      .map(({ source, why }) => claim(`Not checked: ${source}: ${why}`)),
  ];
}

function onset(report: Report): AnswerClaims {
  const { onset: at, onset_found: found, alarm_lag_seconds: lag, timeline } = report;
  const first = timeline.slice(0, 3);
  return [
    claim(
      at === null ? "The telemetry does not show when it began." : `It began at ${utcTime(Date.parse(at))}.`,
      first.map(({ evidence_id: id }) => id),
    ),
    ...(found === undefined || found.earliest === null
      ? []
      : [
          claim(
            `The signs that agree lie between ${utcTime(Date.parse(found.earliest))} and ${utcTime(Date.parse(found.latest))}.`,
          ),
        ]),
    ...(lag === undefined ? [] : [claim(`The alarm came ${Math.round(lag)} s later.`)]),
    ...first.map(({ at: when, entity, what, evidence_id: id }) =>
      claim(`Timeline, ${utcTime(Date.parse(when))}: ${what.includes(entity) ? what : `${entity}: ${what}`}`, [id]),
    ),
  ];
}

function affected(report: Report): AnswerClaims {
  const { triage, propagation, alerts_explained: alerts } = report;
  return [
    ...(triage === undefined
      ? [claim("The report says of nobody that they are affected.")]
      : [
          claim(`Severity ${triage.severity}: ${triage.why}`),
          claim(
            triage.blast_radius.length === 0
              ? "Nothing else depends on it."
              : `What depends on it: ${listed(triage.blast_radius)}.`,
          ),
          ...(triage.burn_rate === null
            ? []
            : [claim(`The entry spends its error budget ${Number(triage.burn_rate.toPrecision(3))} times too fast.`)]),
        ]),
    ...propagation
      .slice(0, MOST.listed)
      .map(({ source, target, effect, evidence_ids: ids }) => claim(`${source} → ${target}: ${effect}`, ids)),
    ...(alerts.length === 0 ? [] : [claim(`Alerts: ${listed(alerts.map(({ alert }) => alert))}.`)]),
  ];
}

function next(report: Report): AnswerClaims {
  const found = [
    ...report.next_evidence.map((text) => claim(text)),
    ...report.not_checked.slice(0, MOST.listed).map(({ source, why }) => claim(`Not checked: ${source}: ${why}`)),
    ...report.actions
      .slice(0, 3)
      .map(({ title, id, evidence_ids: ids }) => claim(`Proposed: ${title} (${id}). Only a person approves it.`, ids)),
  ];
  return found.length > 0 ? found : [claim("The report names nothing that is open.")];
}

const reasons = (report: Report): AnswerClaims => [
  claim(report.why),
  ...report.claims.map(({ text, evidence_ids: ids }) => claim(text, ids)),
];
