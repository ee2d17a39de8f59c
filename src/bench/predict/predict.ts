import type { CallRecord } from "../../cluster/requests/ask-cluster.ts";
import { analyseOnce } from "../../app/analyse-once.ts";
import type { Seen } from "../../app/memory/bench-recall.ts";
import type { Memory } from "../../compose/memory.ts";
import { withScratchAgent } from "../../compose/scratch-agent.ts";
import type { Config } from "../../config.ts";
import type { Vocabulary } from "../../domain/incident.ts";
import type { Log } from "../../domain/log.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import type { Calibration } from "../../rca/confidence.ts";
import type { Report } from "../../domain/report.ts";
import type { Prediction, TaskAnswers } from "../formats.ts";
import { type CaseDetail, detailOf } from "./case-detail.ts";
import { answersOf } from "../tasks/answers.ts";
import { suiteNamer } from "../tasks/namers.ts";

/** One hypothesis of a ranking. `evidenceText`: its reasons and the text of its evidence. */
export type RankedHere = {
  entity: string;
  entityKind: string;
  cause: string;
  confidence: number;
  evidenceText: string;
  /** Votes of each ranker, by name, as in the reasons. */
  votes: Readonly<Record<string, number>>;
};
/**
 * The result of one benchmark case. `steps`: nodes that ran. `confidenceFeatures`: the features that the confidence
 * rests on; null without a hypothesis. `notChecked`: sources that were not read, with the reason.
 */
export type Predicted = Pick<Report, "verdict" | "onset" | "onset_found" | "alarm_lag_seconds" | "change"> & {
  id: string;
  /** The system in the incident; null if the recording does not name it. */
  system: string | null;
  vocabulary: Vocabulary | null;
  hypotheses: readonly RankedHere[];
  /** The answers to AIOpsLab's tasks, in the names of the suite; absent from a baseline. */
  answers?: TaskAnswers;
  steps: number;
  ms: number;
  confidenceFeatures: Readonly<Record<string, number>> | null;
  notChecked: readonly string[];
  /** Absent where no model was called. */
  cost?: NonNullable<Prediction["cost"]>;
  /** The calls of recorded tools, where they were asked step by step. */
  calls?: readonly CallRecord[];
  /** What the analysis looked at, where the task keeps it. */
  detail?: CaseDetail;
};

const rankedOf = ({ hypotheses, evidence }: Report): RankedHere[] =>
  hypotheses.map(({ entity, entity_kind: entityKind, category: cause, confidence, reasons, evidence_ids: ids }) => {
    const proof = evidence.filter(({ id }) => ids.includes(id));
    return {
      entity,
      entityKind,
      cause,
      confidence,
      votes: votesIn(reasons),
      evidenceText: [...reasons, ...proof.flatMap(({ summary, template }) => [summary, template ?? ""])].join("\n"),
    };
  });

const costOf = ({ cost: { input_tokens, output_tokens, usd } }: Report): Pick<Predicted, "cost"> =>
  input_tokens + output_tokens === 0 ? {} : { cost: { inputTokens: input_tokens, outputTokens: output_tokens, usd } };

const votesIn = (reasons: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    reasons.flatMap((reason) => {
      const [, name, votes] = /^([\w -]+): ([\d.]+) votes$/.exec(reason) ?? [];
      return name === undefined ? [] : [[name, Number(votes)]];
    }),
  );

/**
 * `calibration`: absent for the one in use. `withoutCauses`: causes that the analysis does not know. `detail`: keep what it
 * looked at. `takeCalls`: the calls of recorded tools that the analysis made, if they are asked step by step.
 */
type BenchConfig = Pick<Config, "runbooks" | "model" | "nodeTimeoutMs"> &
  Partial<Pick<Config, "modelLimits" | "proxy">> & {
    calibration?: Calibration;
    withoutCauses?: ReadonlySet<string> | undefined;
    detail?: boolean | undefined;
    takeCalls?: () => readonly CallRecord[] | undefined;
  };

/**
 * Analyses one benchmark case in memory, without a reviewer and without recall: no case can help another, and nothing
 * is left behind.
 */
export const predictCase = async (
  incidents: IncidentStore,
  incidentId: string,
  config: BenchConfig,
  log: Log,
): Promise<Predicted> => (await analyseCase(incidents, incidentId, config, log, null)).predicted;

/**
 * Like `predictCase`, and returns what the analysis saw.
 *
 * @param memory what it may recall. It must not hold the case itself, and must not be written to.
 */
export async function analyseCase(
  incidents: IncidentStore,
  incidentId: string,
  config: BenchConfig,
  log: Log,
  memory: Memory | null,
): Promise<{ predicted: Predicted; seen: Seen }> {
  const { report, steps, confidenceFeatures, seen } = await withScratchAgent(
    { config, incidents, memory, log, calibration: config.calibration, withoutCauses: config.withoutCauses },
    (agent) => analyseOnce(agent, incidentId),
  );
  const { vocabulary, system } = await incidents.getIncident(incidentId);
  const { verdict, onset, onset_found, alarm_lag_seconds, change, timings } = report;
  const calls = config.takeCalls?.();
  const predicted = {
    id: incidentId,
    system,
    vocabulary,
    verdict,
    onset,
    ...(onset_found && { onset_found }),
    ...(alarm_lag_seconds !== undefined && { alarm_lag_seconds }),
    hypotheses: rankedOf(report),
    answers: answersOf(report, suiteNamer(vocabulary)),
    ...(change === undefined ? {} : { change }),
    steps,
    ms: timings.ms,
    confidenceFeatures,
    notChecked: report.not_checked.map(({ source, why }) => `${source}: ${why}`),
    ...costOf(report),
    ...(calls && { calls }),
    ...(config.detail === true && { detail: detailOf(report, vocabulary, calls) }),
  };
  return { predicted, seen };
}
