import { HINT, shortened } from "../abnormal.ts";
import { numberOf, textOf, timeOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { ClusterState } from "../state.ts";
import { conditionOf, type Found, isRecent, ofType, type Rule } from "./rule.ts";

/** What a job is a run of: its cron job, else its name without the time or the counter at its end. */
const seriesOf = ({ owner, name, namespace }: KubernetesObject): string =>
  `${namespace}/${owner?.kind === "CronJob" ? owner.name : name.replace(/-\d+$/, "")}`;
const nameOfSeries = (job: KubernetesObject): string => seriesOf(job).slice(job.namespace.length + 1);

const failedMs = (job: KubernetesObject): number =>
  conditionOf(job.status, "Failed")?.atMs ?? timeOf(job.status.startTime) ?? job.createdMs ?? 0;

/** The newest failed job of each series that no later run has made good. */
function failures(state: ClusterState): KubernetesObject[] {
  const jobs = ofType(state, "jobs");
  const doneMs = new Map<string, number>();
  for (const job of jobs) {
    const isDone =
      conditionOf(job.status, "Complete")?.status === "True" ||
      conditionOf(job.status, "SuccessCriteriaMet")?.status === "True";
    const atMs = timeOf(job.status.completionTime) ?? job.createdMs ?? 0;
    if (isDone) doneMs.set(seriesOf(job), Math.max(doneMs.get(seriesOf(job)) ?? 0, atMs));
  }
  const failed = jobs.filter((job) => conditionOf(job.status, "Failed")?.status === "True");
  const newest = [...Map.groupBy(failed, seriesOf).values()].flatMap(
    (of) => of.toSorted((a, b) => failedMs(b) - failedMs(a))[0] ?? [],
  );
  return newest.filter((job) => failedMs(job) > (doneMs.get(seriesOf(job)) ?? -1));
}

const jobRule = (cause: string, reasons: RegExp, says: string): Rule => ({
  cause,
  judge: (state, names) =>
    failures(state).flatMap((job): Found[] => {
      const { reason = "", message = "" } = conditionOf(job.status, "Failed") ?? {};
      if (!reasons.test(reason)) return [];
      const entity = names.app(nameOfSeries(job));
      return [
        {
          kind: "cluster.not-ready",
          entity,
          source: job.source,
          strength: 4,
          summary: `${entity.id}: ${says}`,
          facts: { job: job.name, failed: numberOf(job.status.failed), reason, message: shortened(message) },
        },
      ];
    }),
});

/** What a controller says of a cron job, if it does not start its jobs. */
const cronRule = (cause: string, reasons: RegExp, says: string): Rule => ({
  cause,
  judge: (state, names) => {
    const events = state.events.filter((one) => reasons.test(one.reason) && isRecent(one));
    return ofType(state, "cronjobs").flatMap((cron): Found[] => {
      const event = events.findLast(
        (one) =>
          one.object === `cronjob/${cron.name}`.toLowerCase() &&
          (one.namespace === "" || one.namespace === cron.namespace),
      );
      if (event === undefined || cron.spec.suspend === true) return [];
      const entity = names.app(cron.name);
      return [
        {
          kind: "cluster.not-ready",
          entity,
          source: cron.source,
          strength: 3,
          summary: `${entity.id}: ${says}`,
          facts: { schedule: textOf(cron.spec.schedule), reason: event.reason, message: shortened(event.message) },
        },
      ];
    });
  },
});

/** Jobs that gave up, and cron jobs that start none. */
export const JOB_RULES: readonly Rule[] = [
  jobRule(
    "job_backoff_limit",
    /^(BackoffLimitExceeded|PodFailurePolicy|FailedIndexes|MaxFailedIndexesExceeded)$/,
    "its job failed and is not tried again",
  ),
  jobRule("job_deadline_exceeded", /^DeadlineExceeded$/, "its job was stopped, because it ran longer than allowed"),
  cronRule(
    "cron_job_missed",
    /^(TooManyMissedTimes|MissSchedule|FailedNeedsStart)$/,
    "it missed its schedule, and no job was started",
  ),
  cronRule("cron_job_blocked", /^JobAlreadyActive$/, "its job is not started, because the one before still runs"),
  {
    cause: "cron_job_suspended",
    // mostly on purpose: it can explain missing work, but is no fault by itself
    judge: (state, names) =>
      ofType(state, "cronjobs")
        .filter(({ spec }) => spec.suspend === true)
        .map((cron): Found => {
          const entity = names.app(cron.name);
          return {
            kind: "cluster.not-ready",
            entity,
            source: cron.source,
            strength: HINT,
            summary: `${entity.id}: its schedule is suspended`,
            facts: { schedule: textOf(cron.spec.schedule), last_run: textOf(cron.status.lastScheduleTime) },
          };
        }),
  },
];
