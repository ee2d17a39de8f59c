import { z } from "zod";
import type { ChangeDoor } from "../../domain/reported-change.ts";
import { readPayload } from "../webhooks/read-payload.ts";
import { timeMs } from "../webhooks/times.ts";
import { changeOf, type ServiceOf } from "./parts.ts";

const ArgoCd = z.object({
  app: z.string().min(1),
  revision: z.string().nullish(),
  phase: z.string().nullish(),
  finishedAt: z.string().nullish(),
  message: z.string().nullish(),
  url: z.string().nullish(),
});

/** Changes of Argo CD's notifications, with the template of docs/live.md. @see https://argo-cd.readthedocs.io */
export const readArgoCd =
  (serviceOf: ServiceOf): ChangeDoor["read"] =>
  (payload, { receivedAtMs }) => {
    const { app, revision, phase, finishedAt, message, url } = readPayload("Argo CD", ArgoCd, payload);
    const outcome = phase == null || phase === "Succeeded" ? "synced" : `sync ${phase.toLowerCase()}`;
    return [
      changeOf({
        timeUnixMs: timeMs(finishedAt) ?? receivedAtMs,
        entity: serviceOf(app),
        kind: "deploy",
        id: revision || `${app}-${finishedAt ?? receivedAtMs}`,
        summary: `${outcome}${revision ? ` to ${revision}` : ""}${message ? `: ${message}` : ""}`,
        url,
      }),
    ];
  };

const OpenLineage = z.object({
  eventType: z.string().nullish(),
  eventTime: z.string(),
  run: z.object({ runId: z.string() }),
  job: z.object({ namespace: z.string(), name: z.string() }),
});
/** A run that only goes on changed nothing. */
const RUN_WORDS: Readonly<Record<string, string>> = {
  START: "started",
  COMPLETE: "completed",
  FAIL: "failed",
  ABORT: "was aborted",
};

/**
 * Changes of OpenLineage run events, which Airflow, dbt and Spark send. @see https://openlineage.io/docs/spec/run-cycle
 */
export const readOpenLineage =
  (serviceOf: ServiceOf): ChangeDoor["read"] =>
  (payload) => {
    const { eventType, eventTime, run, job } = readPayload("OpenLineage", OpenLineage, payload);
    const word = RUN_WORDS[eventType ?? ""];
    const timeUnixMs = timeMs(eventTime);
    if (word === undefined || timeUnixMs === null) return [];
    const id = `${run.runId}-${(eventType ?? "").toLowerCase()}`;
    const summary = `the run of ${job.name} in ${job.namespace} ${word}`;
    return [changeOf({ timeUnixMs, entity: serviceOf(job.name), kind: "other", id, summary })];
  };

const Prefect = z.object({
  flow: z.string().min(1),
  state: z.string().min(1),
  run_id: z.string().min(1),
  at: z.string().nullish(),
  url: z.string().nullish(),
});

/** Changes of a Prefect automation, with the body of docs/live.md. @see https://docs.prefect.io/v3/automate/events/ */
export const readPrefect =
  (serviceOf: ServiceOf): ChangeDoor["read"] =>
  (payload, { receivedAtMs }) => {
    const { flow, state, run_id: runId, at, url } = readPayload("Prefect", Prefect, payload);
    const id = `${runId}-${state.toLowerCase()}`;
    const summary = `the run of ${flow} is ${state}`;
    return [
      changeOf({ timeUnixMs: timeMs(at) ?? receivedAtMs, entity: serviceOf(flow), kind: "other", id, summary, url }),
    ];
  };
