import { setTimeout as sleep } from "node:timers/promises";
import { openCauseway } from "../../src/compose/open-causeway.ts";
import { loadConfig } from "../../src/config.ts";
import type { AlertEvent } from "../../src/domain/alert-event.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { Feedback, IncidentDetail, ProgressEvent } from "../../src/domain/service.ts";
import type { SlackService } from "../../src/slack/slack-context.ts";
import { silentLog } from "../agent/fakes.ts";

type Run = { events: ProgressEvent[]; ended: boolean; wake: (() => void)[] };

/**
 * Runs analyses, decisions and reports for real over its own store; keeps alerts and feedback in memory. An alert on
 * `x` is the incident `inc-x`, which has a recording in the data folder.
 */
export async function verbsService({
  home,
  data,
  now = Date.now,
  gate = async () => undefined,
}: {
  home: string;
  data: string;
  now?: () => number;
  gate?: (node: string) => Promise<void>;
}) {
  const causeway = await openCauseway(loadConfig({ home, data: [data] }, {}), { log: silentLog, now });
  const alerts = new Map<string, Map<string, AlertEvent>>();
  const deliveries = new Map<string, string[]>();
  const runs = new Map<string, Run>();
  const byIncident = new Map<string, string>();
  const keys = new Map<string, string>();
  let listed = new Map<string, Awaited<ReturnType<typeof causeway.listAllIncidents>>[number]>();
  const relisted = async () => (listed = new Map((await causeway.listAllIncidents()).map((one) => [one.id, one])));
  const feedback: Omit<Feedback, "atMs">[] = [];

  function begin(incidentId: string): Run {
    const run: Run = { events: [], ended: false, wake: [] };
    const tell = (type: ProgressEvent["type"], data: ProgressEvent["data"]): void => {
      run.events.push({ id: run.events.length + 1, atMs: now(), type, data });
      for (const wake of run.wake.splice(0)) wake();
    };
    const steps: Promise<void>[] = [];
    const started = causeway.analyse(incidentId, {
      onStep: (node) => void steps.push(gate(node).then(() => tell("node_started", { node }))),
    });
    started.then(
      async ({ status, report }) => {
        await Promise.all(steps);
        run.ended = true;
        tell("final", { status, verdict: report.verdict, why: report.why });
      },
      (error: unknown) => {
        run.ended = true;
        tell("error", { message: String(error), hint: "", willRetry: false });
      },
    );
    return run;
  }

  /** An analysis gets its id when it begins. */
  async function newIdOf(incidentId: string, before: readonly string[]): Promise<string> {
    for (;;) {
      const [made] = (await causeway.listAnalyses({ incidentId, limit: 100 })).filter(({ id }) => !before.includes(id));
      if (made) return made.id;
      await sleep(5);
    }
  }
  const detailOf = async (incidentId: string): Promise<IncidentDetail> => {
    const known = listed.get(incidentId) ?? (await relisted()).get(incidentId);
    if (!known)
      throw new IncidentError("NOT_FOUND", `there is no incident ${incidentId}`, { hint: "See `causeway incidents`." });
    const own = [...(alerts.get(incidentId)?.values() ?? [])];
    const isOver = own.length > 0 && own.every(({ status }) => status === "resolved");
    return {
      ...known,
      mergedInto: null,
      notInvestigated: null,
      origin: own.length > 0 ? "alerts" : "recorded",
      status: isOver ? "closed" : "open",
      severity: null,
      openedAtMs: null,
      closedAtMs: null,
      alerts: own.map((alert) => ({ ...alert, why: "" })),
      alertCount: own.length,
      uploads: [],
      analyses: [],
    };
  };

  const service: SlackService = {
    getIncident: detailOf,
    listExecutions: (options) => causeway.listExecutions(options),
    listIncidents: async () => ({
      items: await Promise.all((await causeway.listAllIncidents()).map(({ id }) => detailOf(id))),
      nextCursor: null,
    }),
    async acceptAlerts({ alerts: received }, { deliveryId }) {
      const before = deliveries.get(deliveryId);
      if (before)
        return { incidentIds: before, accepted: 0, duplicates: received.length, repeated: true, notInvestigated: [] };
      for (const alert of received) {
        const id = `inc-${alert.entity}`;
        alerts.set(id, (alerts.get(id) ?? new Map<string, AlertEvent>()).set(alert.fingerprint, alert));
      }
      const incidentIds = [...new Set(received.map(({ entity }) => `inc-${entity}`))].toSorted();
      deliveries.set(deliveryId, incidentIds);
      return { incidentIds, accepted: received.length, duplicates: 0, repeated: false, notInvestigated: [] };
    },
    async submitAnalysis(incidentId, { idempotencyKey, force }) {
      await detailOf(incidentId);
      const known =
        (idempotencyKey === null ? undefined : keys.get(idempotencyKey)) ??
        (force ? undefined : byIncident.get(incidentId));
      if (known !== undefined) return { analysisId: known, created: false };
      const before = (await causeway.listAnalyses({ incidentId, limit: 100 })).map(({ id }) => id);
      const run = begin(incidentId);
      const analysisId = await newIdOf(incidentId, before);
      runs.set(analysisId, run);
      byIncident.set(incidentId, analysisId);
      if (idempotencyKey !== null) keys.set(idempotencyKey, analysisId);
      return { analysisId, created: true };
    },
    getAnalysis: (analysisId) => causeway.getAnalysis(analysisId),
    ask: (analysisId, request) => causeway.ask(analysisId, request),
    listAnalyses: async () => [],
    async *progress(analysisId, { afterId, signal }) {
      const run = runs.get(analysisId);
      if (run === undefined) return;
      for (let next = afterId; ; next += 1) {
        while (run.events[next] === undefined) {
          if (signal?.aborted) return;
          await new Promise<void>((resolve) => {
            run.wake.push(resolve);
            signal?.addEventListener("abort", () => resolve(), { once: true });
          });
        }
        const event = run.events[next];
        if (event !== undefined) yield event;
        if (event?.type === "final" || event?.type === "error") return;
      }
    },
    decide: (request) => causeway.decide(request),
    async feedback(judgement) {
      feedback.push(judgement);
      return { feedback: { ...judgement, atMs: now() }, learned: "" };
    },
  };
  return { service, feedback, close: () => causeway.close() };
}
