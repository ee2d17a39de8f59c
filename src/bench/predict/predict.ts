import type { Memory } from "../../agent/deps.ts";
import { analyse } from "../../agent/analyse.ts";
import { getArtifact } from "../../agent/artifacts.ts";
import { seenBy } from "../../agent/seen.ts";
import type { Config } from "../../config.ts";
import { sqliteAnalysisStore } from "../../connectors/sqlite/analysis-store.ts";
import type { Vocabulary } from "../../domain/incident.ts";
import type { Log } from "../../domain/log.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import type { Report } from "../../domain/report.ts";
import type { Seen } from "../../memory/document.ts";
import { buildAgent } from "../../compose/agent.ts";

/** One place of a ranking. `said`: what the evidence for it says. */
export type RankedHere = { entity: string; entityKind: string; cause: string; confidence: number; said: string };
/** What one case of a bench gave. `steps`: nodes that ran. `standing`: what the confidence rests on; null without a hypothesis. `notChecked`: sources that were not read. */
export type Predicted = Pick<Report, "verdict" | "onset" | "change"> & {
  id: string;
  vocabulary: Vocabulary | null;
  hypotheses: readonly RankedHere[];
  steps: number;
  ms: number;
  standing: Readonly<Record<string, number>> | null;
  notChecked: readonly string[];
};

const rankedOf = ({ hypotheses, evidence }: Report): RankedHere[] =>
  hypotheses.map(({ entity, entity_kind: entityKind, category: cause, confidence, reasons, evidence_ids: ids }) => {
    const proof = evidence.filter(({ id }) => ids.includes(id));
    return {
      entity,
      entityKind,
      cause,
      confidence,
      said: [...reasons, ...proof.flatMap(({ summary, template }) => [summary, template ?? ""])].join("\n"),
    };
  });

type BenchConfig = Pick<Config, "runbooks" | "model" | "nodeTimeoutMs">;

/**
 * Analyses one case for a bench: in memory, with nobody to ask and without recalling other cases, so that no case can help
 * another and nothing is left behind.
 */
export const predictCase = async (
  incidents: IncidentStore,
  incidentId: string,
  config: BenchConfig,
  log: Log,
): Promise<Predicted> => (await analyseCase(incidents, incidentId, config, log, null)).predicted;

/** As `predictCase`, and gives what the analysis saw. @param memory what it may recall; it must not hold the case itself, nor be written to. */
export async function analyseCase(
  incidents: IncidentStore,
  incidentId: string,
  config: BenchConfig,
  log: Log,
  memory: Memory | null,
): Promise<{ predicted: Predicted; seen: Seen }> {
  const store = await sqliteAnalysisStore(":memory:");
  try {
    const agent = await buildAgent({
      config,
      incidents,
      store,
      memory,
      checkpointer: null,
      log,
      now: Date.now,
      review: false,
    });
    let steps = 0;
    const { report } = await analyse(agent, incidentId, { analysisId: "bench", onStep: () => (steps += 1) });
    const { vocabulary } = await incidents.getIncident(incidentId);
    const { verdict, onset, change, timings } = report;
    const { standing = null } = await getArtifact(store, "bench", "ranking");
    const notChecked = report.not_checked.map(({ source, why }) => `${source}: ${why}`);
    const predicted = {
      id: incidentId,
      vocabulary,
      verdict,
      onset,
      hypotheses: rankedOf(report),
      ...(change === undefined ? {} : { change }),
      steps,
      ms: timings.ms,
      standing,
      notChecked,
    };
    return { predicted, seen: await seenBy(store, "bench") };
  } finally {
    await store.close();
  }
}
