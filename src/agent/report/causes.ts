import type { CauseCard } from "../../domain/cause.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import type { Hypothesis, Ranking } from "../../domain/hypothesis.ts";
import type { Report } from "../../domain/report.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { hopsFrom } from "../../topology/graph.ts";
import type { SilentEntity } from "./silent-entities.ts";

type Card = Pick<CauseCard, "title" | "systemLevel" | "faultType">;

const UNKNOWN_CARD = { title: "cause unknown", systemLevel: null, faultType: null };

/**
 * The root causes, if that is the verdict: the first hypothesis, and all others that the evidence supports on their
 * own.
 */
export function rootCausesOf(
  { verdict, hypotheses }: Ranking,
  cardOf: (cause: string) => Card | undefined,
): Report["root_causes"] {
  const blamed = verdict === "root_cause" ? hypotheses.filter(({ status }) => status === "supported") : [];
  return blamed.map(({ entity, cause, confidence, calibrated, for: supporting }) => {
    const { title, systemLevel, faultType } = cardOf(cause) ?? UNKNOWN_CARD;
    return {
      entity: entity.id,
      entity_kind: entity.kind,
      category: cause,
      title,
      system_level: systemLevel,
      fault_type: faultType,
      confidence,
      calibrated,
      evidence_ids: supporting,
    };
  });
}

/** The hypotheses. The reasons include each signal in which the suspect itself has no records. */
export const hypothesesOf = (
  { hypotheses }: Ranking,
  silent: readonly SilentEntity[],
  cardOf: (cause: string) => Card | undefined,
): Report["hypotheses"] =>
  hypotheses.map(
    ({ entity, cause, confidence, calibrated, status, reasons, for: supporting, against, path, wouldRefute }) => ({
      entity: entity.id,
      entity_kind: entity.kind,
      category: cause,
      title: (cardOf(cause) ?? UNKNOWN_CARD).title,
      confidence,
      calibrated,
      status,
      why: reasons[0] ?? "no evidence supports it yet",
      reasons: [
        ...reasons,
        ...silent
          .filter(({ entity: whose }) => whose === entity.id)
          .map(({ source }) => `it has no ${source} of its own`),
      ],
      evidence_ids: supporting,
      against_ids: against,
      path,
      would_refute: wouldRefute,
    }),
  );

const strongestOn = (findings: readonly CitedFinding[], entity: string): CitedFinding | undefined =>
  findings.filter((finding) => finding.entity.id === entity).toSorted((a, b) => b.strength - a.strength)[0];

/** The path from the cause to the symptom, one step each. */
export function propagationOf(
  blamed: Hypothesis | undefined,
  findings: readonly CitedFinding[],
): Report["propagation"] {
  if (!blamed) return [];
  const towardsSymptom = blamed.path.toReversed();
  return towardsSymptom.slice(0, -1).map((source, index) => {
    const target = towardsSymptom[index + 1] ?? source;
    const [at, on] = [strongestOn(findings, source), strongestOn(findings, target)];
    return {
      source,
      target,
      condition: at?.summary ?? "no abnormal signal was recorded there",
      effect: on?.summary ?? "no abnormal signal was recorded there",
      evidence_ids: [at, on].flatMap((finding) => (finding ? [finding.id] : [])),
    };
  });
}

/**
 * Every entity that a fault in `entity` can affect: its direct and indirect callers, the pods that run on it, and the
 * groups that it belongs to.
 */
function reachedBy(entity: string, { edges }: Topology): Set<string> {
  const ways = edges.flatMap(({ from, to, kind }) =>
    kind === "member_of"
      ? [
          { at: to, next: from },
          { at: from, next: to },
        ]
      : [{ at: to, next: from }],
  );
  const next = new Map([...Map.groupBy(ways, ({ at }) => at)].map(([at, out]) => [at, out.map((way) => way.next)]));
  return new Set(hopsFrom(entity, next).keys());
}

/** Decides for each alert whether the root cause explains it. */
export function alertsOf(
  blamed: Hypothesis | undefined,
  findings: readonly CitedFinding[],
  topology: Topology,
): Report["alerts_explained"] {
  const reached = blamed ? reachedBy(blamed.entity.id, topology) : new Set<string>();
  const path = new Set(blamed?.path ?? []);
  const seen = new Set<string>();
  return findings.flatMap(({ signal, entity, summary }) => {
    const key = `${entity.id}\n${summary}`;
    if (signal !== "alert" || seen.has(key)) return [];
    seen.add(key);
    const [explained, why] =
      blamed === undefined
        ? [false, "Causeway found no root cause"]
        : entity.id === blamed.entity.id
          ? [true, "the alert is about the root cause itself"]
          : path.has(entity.id)
            ? [true, `${entity.id} is on the path from ${blamed.entity.id} to the symptom`]
            : reached.has(entity.id)
              ? [true, `${entity.id} depends on ${blamed.entity.id}`]
              : [false, `no dependency of ${entity.id} on ${blamed.entity.id} is known`];
    return [{ alert: summary, entity: entity.id, explained, why }];
  });
}
