import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { requireSpace } from "../connectors/files/disk-space.ts";
import { readTopology } from "../connectors/files/documents.ts";
import { fileIncidents } from "../connectors/files/incidents.ts";
import { readThread } from "../connectors/otlp/read-thread.ts";
import { otlpReceiver } from "../connectors/otlp/receive.ts";
import { createAnalysisRunner } from "../service/analysis-runner.ts";
import type { NoticeRenderer } from "../app/notices/send-notice.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { CausewayService } from "../service/causeway-service.ts";
import { countModelCall } from "../service/count-model-call.ts";
import { createService } from "../service/create-service.ts";
import { serviceMetrics } from "../service/metrics.ts";
import type { AnalysisWorkerData } from "./analysis-worker.ts";
import { causewayOf } from "./open-causeway.ts";
import { listedUntilReceived } from "./listed-until-received.ts";
import { sessionLimitsOf } from "./keys.ts";
import { pruneOpened } from "./retention.ts";
import { postNotice } from "./notify.ts";
import { openRuntime } from "./runtime.ts";
import { EMBEDDED_FILES } from "./stores.ts";
import { workerEntry } from "./worker-entry.ts";

/** A worker thread may be silent for as long as a step may take, and this much longer, milliseconds. */
const SILENCE_MS = 5_000;
/** Ends an analysis that hangs, milliseconds. Its steps have shorter limits of their own. */
const LONGEST_RUN_MS = 3_600_000;

/**
 * `workers`: analyses that this process runs at a time; 0 leaves them to other processes. `render`: of the messages that
 * are sent when an analysis ends; absent: this process sends none.
 */
export type ServiceOptions = { log: Logger; now?: () => number; workers: number; render?: NoticeRenderer };

/**
 * Opens Causeway with its queue and workers.
 *
 * @throws {IncidentError} CONFIG, UNAVAILABLE; BAD_INPUT when the configured topology file is invalid
 */
export async function openService(
  config: Config,
  { log, now = Date.now, workers, render }: ServiceOptions,
): Promise<CausewayService> {
  const files = fileIncidents(config.data);
  const topology = config.topology === null ? { nodes: [], edges: [] } : await readTopology(config.topology.file);
  const onModelCall = (call: ModelCall): void => countModelCall(metrics, call);
  const runtime = await openRuntime(config, { log, recorded: files, now, onModelCall });
  const metrics = serviceMetrics(() => stores.service.countQueued());
  const { stores, incidents, memory } = runtime;
  const recorded = config.demoUntilReceived ? listedUntilReceived(files, stores.otlp) : files;
  const queue = await stores
    .openQueue({
      works: workers > 0,
      onError: (error) => log.warn({ err: error }, "the queue reported an error in the background"),
    })
    .catch(async (error: unknown) => {
      await runtime.close();
      throw error;
    });
  const worker = { entry: workerEntry("analysis-worker", import.meta.url), workerData: { config } };
  const limits = {
    silentMs: config.nodeTimeoutMs + SILENCE_MS,
    drainMs: config.service.drainMs,
    wholeMs: LONGEST_RUN_MS,
  };
  return createService({
    causeway: causewayOf(config, runtime, now),
    incidents,
    recorded,
    store: stores.store,
    models: stores.models,
    service: stores.service,
    sessions: stores.sessions,
    sessionLimits: sessionLimitsOf(config.web),
    notices: stores.notices,
    places: config.notify,
    post: (...message) => postNotice(config, ...message),
    render: render ?? null,
    masker: stores.masker,
    queue,
    runners: Array.from({ length: workers }, () =>
      createAnalysisRunner(
        { ...worker, workerData: worker.workerData satisfies AnalysisWorkerData },
        { limits, log, onModelCall },
      ),
    ),
    metrics,
    topology,
    maxQueued: config.service.maxQueued,
    otlp: otlpReceiver(
      stores.otlp,
      readThread({
        entry: workerEntry("otlp-worker", import.meta.url),
        maxAgeMs: config.otlp.maxAgeMs,
        masking: { home: config.home, ...config.masking },
      }),
    ),
    manners: config.alerts,
    keepChangesMs: config.changes.keepMs,
    prune:
      config.retention.automatic === "on"
        ? (signal) =>
            pruneOpened(config, { stores, memory: memory.store }, { dryRun: false, measure: false, signal, now })
        : null,
    readinessChecks: [
      ...(config.service.databaseUrl === null
        ? [{ name: "disk", ask: () => requireSpace(config.home, EMBEDDED_FILES) }]
        : []),
      ...(config.qdrant === null ? [] : [{ name: "qdrant", ask: async () => void (await memory.store.describe()) }]),
    ],
    log,
    now,
  });
}
