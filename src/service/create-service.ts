import { alertAcceptor } from "../app/accept-alerts.ts";
import type { Causeway } from "../app/causeway.ts";
import { newAnalysisId } from "../app/new-ids.ts";
import type { AlertManners } from "../domain/alert-manners.ts";
import { IncidentError, messageOf, nullIfNotFound } from "../domain/errors.ts";
import type { NoticeParts, NoticeRenderer } from "../app/notices/send-notice.ts";
import type { NoticeStore } from "../domain/notice.ts";
import type { ModelStore } from "../domain/model-store.ts";
import type { OtlpReceiver } from "../domain/otlp.ts";
import type { AnalysisStore, IncidentStore } from "../domain/ports.ts";
import type { Masker } from "../domain/redact-values.ts";
import type { Readiness } from "../domain/service.ts";
import type { Topology } from "../domain/telemetry.ts";
import type { WebSessionStore } from "../domain/web-session.ts";
import { apiKeys } from "./api-keys.ts";
import { startHeadBackfill } from "./backfill-heads.ts";
import type { CausewayService } from "./causeway-service.ts";
import { incidents, type IncidentsParts } from "./incidents.ts";
import { progressOf } from "./progress.ts";
import { type WebSessionLimits, webSessions } from "./web-sessions.ts";
import { type RetentionOptions, startRetention } from "./retention.ts";
import { startNotices } from "./send-notices.ts";
import { startWorkers, type WorkLoopParts } from "./work-loop.ts";

export type ServiceParts = IncidentsParts &
  Omit<WorkLoopParts, "onNotices"> &
  Omit<RetentionOptions, "idleMs"> & {
    causeway: Causeway;
    /** All incidents, those of the data folders included. */
    incidents: IncidentStore;
    store: AnalysisStore;
    models: Pick<ModelStore, "forgetCalls">;
    notices: NoticeStore;
    /** Sends a message to a place. */
    post: NoticeParts["post"];
    /** Renders what is sent when an analysis ends; null: this process sends nothing. */
    render: NoticeRenderer | null;
    sessions: WebSessionStore;
    sessionLimits: WebSessionLimits;
    /** The configured call edges; without edges when none are configured. */
    topology: Topology;
    maxQueued: number;
    /** Takes OpenTelemetry export requests. */
    otlp: OtlpReceiver;
    manners: AlertManners;
    /** Dependencies besides the store that must answer before the service is ready. */
    readinessChecks: readonly ReadinessCheck[];
    /** Masks alerts before they are stored; absent: nothing is masked. */
    masker?: Masker;
  };
export type ReadinessCheck = { name: string; ask: () => Promise<void> };

const MAX_DEAD_LETTERS = 1_000;
/** Analyses that are searched for the newest report of an incident. */
const MAX_SEARCHED = 20;
/** Between two searches for executions whose workers died, milliseconds. */
const SWEEP_MS = 30_000;
/** How long a dependency may take to answer before it counts as down, milliseconds. */
const READY_PATIENCE_MS = 2_000;

/** Adds the queue, its workers and API keys to the use cases. Works on the queue until it is drained. */
export function createService(parts: ServiceParts): CausewayService {
  const { causeway, incidents: allIncidents, service, store, queue, metrics, log, now, maxQueued } = parts;
  const sending = startNotices({
    ...parts,
    getAnalysis: causeway.getAnalysis,
    listAlerts: (incidentId, limit) => service.listAlerts(incidentId, limit),
  });
  const workers = startWorkers({ ...parts, onNotices: sending.poke });
  const { idleMs } = parts.sessionLimits;
  const retention = startRetention(service, parts, { ...parts, idleMs });
  const backfill = startHeadBackfill(service, log);
  const accept = alertAcceptor({ ...parts, investigates: true });

  /** If the queue is down nothing is lost: the analyses are on record, and the next sweep finds them. */
  const enqueue = async (analysisIds: readonly string[]): Promise<void> => {
    if (analysisIds.length === 0) return;
    await queue
      .put(analysisIds)
      .catch((error: unknown) =>
        log.warn({ analysisIds, err: error }, "the queue is down; the next sweep queues these analyses"),
      );
    workers.poke();
  };

  const sweep = setInterval(
    () =>
      void causeway
        .settleLeftExecutions()
        .catch((error: unknown) => log.warn({ err: error }, "executions that were left could not be looked for")),
    SWEEP_MS,
  ).unref();

  let drained: Promise<void> | null = null;
  return {
    ...causeway,
    ...incidents(parts),
    ...apiKeys(service, now),
    sessions: webSessions(parts.sessions, parts.sessionLimits, now),

    async acceptAlerts(delivery, receipt) {
      const { answer, queued, opened, closed, heldBack } = await accept(delivery, receipt);
      metrics.alertsReceived.inc({ source: delivery.source }, delivery.alerts.length);
      metrics.alertsSuppressed.inc(answer.repeated ? delivery.alerts.length : answer.duplicates);
      metrics.incidentsOpened.inc({ origin: "alerts" }, opened);
      metrics.incidentsClosed.inc(closed);
      for (const reason of heldBack) metrics.heldBack.inc({ reason });
      if (!answer.repeated) metrics.alertsCoalesced.inc(Math.max(0, answer.accepted - opened));
      await enqueue(queued);
      return answer;
    },

    otlp: {
      ...parts.otlp,
      async receive(request) {
        const result = await parts.otlp.receive(request);
        metrics.otlpRecords.inc({ signal: request.signal, result: "stored" }, result.accepted);
        metrics.otlpRecords.inc({ signal: request.signal, result: "refused" }, result.rejected);
        return result;
      },
    },

    async reportChanges(source, changes) {
      const accepted =
        changes.length === 0 ? { accepted: 0, duplicates: 0 } : await service.addChanges(source, changes, now());
      metrics.changesReported.inc({ source }, accepted.accepted);
      return accepted;
    },

    async submitAnalysis(incidentId, { idempotencyKey, by, force = false }) {
      await allIncidents.getIncident(incidentId);
      const submitted = await service.submit({
        incidentId,
        analysisId: newAnalysisId(),
        requestedBy: by,
        idempotencyKey,
        force,
        nowMs: now(),
        maxQueued,
      });
      if (submitted.created) await enqueue([submitted.analysisId]);
      return submitted;
    },

    async *progress(analysisId, options) {
      await causeway.getAnalysis(analysisId);
      yield* progressOf(service, analysisId, options);
    },

    async decide(request) {
      const decided = await causeway.decide(request);
      metrics.approvals.inc({ decision: decided.decision.decision });
      return decided;
    },

    async recalledIncidents(incidentId) {
      await allIncidents.getIncident(incidentId);
      for (const { id } of await service.listSummaries({ incidentId, limit: MAX_SEARCHED })) {
        const report = await store.getReport(id).catch(nullIfNotFound);
        if (report !== null) return report.similar;
      }
      return [];
    },

    deadLetters: () => service.deadLetters(MAX_DEAD_LETTERS),

    async retry(analysisId) {
      if (!(await service.revive(analysisId, now())))
        throw new IncidentError("REJECTED", `analysis ${analysisId.slice(0, 80)} is not a dead letter`, {
          hint: "GET /v1/dead-letters lists the analyses that can be tried again.",
        });
      await enqueue([analysisId]);
    },

    async readiness() {
      const all = [{ name: "store", ask: () => service.ping() }, ...parts.readinessChecks];
      const checks = await Promise.all(all.map(runCheck));
      return { ready: drained === null && checks.every(({ ok }) => ok), checks };
    },

    metrics,

    drain: () =>
      (drained ??= (async () => {
        const sent = sending.stop();
        await retention.stop();
        await backfill.stop();
        clearInterval(sweep);
        await workers.drain();
        await sent;
        await parts.otlp.close();
        await causeway.close();
      })()),
  };
}

async function runCheck({ name, ask }: ReadinessCheck): Promise<Readiness["checks"][number]> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`no answer within ${READY_PATIENCE_MS} ms`)), READY_PATIENCE_MS).unref(),
  );
  try {
    await Promise.race([ask(), late]);
    return { name, ok: true, detail: "answers" };
  } catch (error) {
    const hint = error instanceof IncidentError ? ` (${error.hint})` : "";
    return { name, ok: false, detail: `${messageOf(error)}${hint}` };
  }
}
