import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { topologyAt } from "../connectors/files/documents.ts";
import { fileIncidents } from "../connectors/files/incidents.ts";
import { IncidentError, messageOf, nullIfNotFound } from "../domain/errors.ts";
import type { AnalysisDetail, Readiness } from "../domain/service.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { joinTopology } from "../topology/join.ts";
import { newAnalysisId } from "../app/new-ids.ts";
import type { CausewayService } from "../service/service.ts";
import { verbsOf } from "../app/causeway.ts";
import { workerEntry } from "./worker-entry.ts";
import { openRuntime } from "./runtime.ts";
import { alertVerbs } from "../app/accept-alerts.ts";
import { startAnalysisRunner } from "../service/analysis-runner.ts";
import { apiKeys } from "../service/api-keys.ts";
import { incidentVerbs } from "../service/incidents.ts";
import { serviceMetrics } from "../service/metrics.ts";
import { progressOf } from "../service/progress-stream.ts";
import { startWorkers } from "../service/work-loop.ts";

/** `workers`: analyses of this process at a time; 0 leaves them to others. */
export type ServiceOptions = { log: Logger; now?: () => number; workers: number };

const DEAD_LETTERS = 1_000;
/** How long a repeat of a delivery is known as one, milliseconds, and how often older ones are forgotten. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;
const FORGET_EVERY_MS = 3_600_000;
/** How long a store may take to answer before it counts as away, milliseconds. */
const READY_PATIENCE_MS = 2_000;

/**
 * Opens the service: store, queue, and workers.
 *
 * @throws {IncidentError} CONFIG, UNAVAILABLE; BAD_INPUT for a topology that cannot be read
 */
export async function openService(
  config: Config,
  { log, now = Date.now, workers: count }: ServiceOptions,
): Promise<CausewayService> {
  const recorded = fileIncidents(config.data);
  const told = config.topology === null ? [] : [await topologyAt(config.topology.file).fetchTopology()];
  const graph = dependencyGraph(joinTopology(told));
  const runtime = await openRuntime(config, { log, recorded, now });
  const {
    stores: { store, service, openQueue },
    incidents,
    memory,
  } = runtime;
  const queue = await openQueue({
    works: count > 0,
    onError: (error) => log.warn({ err: error }, "the queue had trouble in the background"),
  }).catch(async (error: unknown) => {
    await runtime.close();
    throw error;
  });
  const metrics = serviceMetrics(() => service.countQueued());
  const workers = startWorkers({
    queue,
    service,
    store,
    runners: Array.from({ length: count }, () =>
      startAnalysisRunner(config, workerEntry("analysis-worker", import.meta.url)),
    ),
    metrics,
    log,
    now,
  });
  const forgetting = setInterval(
    () => void service.forget(now() - REMEMBERED_MS).catch(() => undefined),
    FORGET_EVERY_MS,
  ).unref();
  const verbs = verbsOf(config, runtime, now);

  /** What is on record is not lost where the queue cannot be asked: the next sweep finds it. */
  const enqueue = async (analysisIds: readonly string[]): Promise<void> => {
    if (analysisIds.length === 0) return;
    await queue
      .put(analysisIds)
      .catch((error: unknown) =>
        log.warn({ analysisIds, err: error }, "analyses wait outside the queue until the next sweep"),
      );
    workers.poke();
  };

  const getAnalysis = async (analysisId: string): Promise<AnalysisDetail> => {
    const summary = await service.findSummary(analysisId);
    if (summary === null)
      throw new IncidentError("NOT_FOUND", `there is no analysis ${analysisId.slice(0, 80)}`, {
        hint: "The incident it belongs to lists its analyses.",
      });
    const shown = await verbs.show(analysisId).catch(nullIfNotFound);
    return { ...summary, report: shown?.report ?? null, actions: shown?.actions ?? [] };
  };

  let drained: Promise<void> | null = null;
  return {
    ...incidentVerbs({ service, recorded, metrics, now }),
    ...alertVerbs({ service, graph, metrics, maxQueued: config.service.maxQueued, enqueue }),
    ...apiKeys(service, now),
    getAnalysis,
    listAnalyses: (options) => service.listSummaries(options),
    async submitAnalysis(incidentId, { idempotencyKey, by, force = false }) {
      await incidents.getIncident(incidentId);
      const submitted = await service.submit({
        incidentId,
        analysisId: newAnalysisId(),
        requestedBy: by,
        idempotencyKey,
        force,
        nowMs: now(),
        maxQueued: config.service.maxQueued,
      });
      if (submitted.created) await enqueue([submitted.analysisId]);
      return submitted;
    },
    async *progress(analysisId, options) {
      await getAnalysis(analysisId);
      yield* progressOf(service, analysisId, options);
    },
    async decide(request) {
      const decided = await verbs.decide(request);
      metrics.approvals.inc({ decision: decided.decision.decision });
      return decided;
    },
    async similar(incidentId) {
      await incidents.getIncident(incidentId);
      for (const { id } of await service.listSummaries({ incidentId, limit: 20 })) {
        const report = await store.getReport(id).catch(nullIfNotFound);
        if (report !== null) return report.similar;
      }
      return [];
    },
    async feedback(said) {
      const { report } = await getAnalysis(said.analysisId);
      if (report === null)
        throw new IncidentError("REJECTED", `analysis ${said.analysisId} has no report yet`, {
          hint: "Wait until it is done.",
        });
      return (await verbs.feedback(said)).feedback;
    },
    deadLetters: () => service.deadLetters(DEAD_LETTERS),
    async retry(analysisId) {
      if (!(await service.revive(analysisId, now())))
        throw new IncidentError("REJECTED", `analysis ${analysisId.slice(0, 80)} is no dead letter`, {
          hint: "Dead letters are listed; others end by themselves.",
        });
      await enqueue([analysisId]);
    },
    async readiness(): Promise<Readiness> {
      const checks = await Promise.all([
        check("store", () => service.ping()),
        ...(config.qdrant === null ? [] : [check("qdrant", async () => void (await memory.store.describe()))]),
      ]);
      return { ready: drained === null && checks.every(({ ok }) => ok), checks };
    },
    metrics,
    drain: () =>
      (drained ??= (async () => {
        clearInterval(forgetting);
        await workers.drain();
        await runtime.close();
      })()),
  };
}

async function check(name: string, ask: () => Promise<void>): Promise<Readiness["checks"][number]> {
  const late = new Promise<never>((_, fail) =>
    setTimeout(() => fail(new Error(`no answer within ${READY_PATIENCE_MS} ms`)), READY_PATIENCE_MS).unref(),
  );
  try {
    await Promise.race([ask(), late]);
    return { name, ok: true, detail: "answers" };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error) };
  }
}
