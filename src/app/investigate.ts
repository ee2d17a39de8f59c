import { Severity } from "../domain/alert-event.ts";
import type { AlertFeed, FiringAlerts } from "../domain/alert-feed.ts";
import { IncidentError } from "../domain/errors.ts";
import type { KnownIncident } from "../domain/service.ts";
import type { DeliveryReceipt } from "./accept-alerts.ts";
import type { Causeway } from "./causeway.ts";
import { deliverFiring, type DeliveryPorts } from "./deliver-firing.ts";
import { newDeliveryId } from "./new-ids.ts";
import type { AnalysisStatus } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import { isoTime } from "../domain/time.ts";

export type InvestigateParts = DeliveryPorts & {
  causeway: Pick<Causeway, "analyse" | "endIfLeft" | "getAnalysis" | "listAnalyses">;
  /** Time after an analysis within which the same incident joins it, milliseconds. */
  joinMs: number;
  now: () => number;
};

/**
 * `filters`: matchers in the feed's own language. `limit`: incidents to analyse, the most severe first. `isAnew`:
 * analyses also what was analysed a short time ago.
 */
export type InvestigateOptions = {
  filters: readonly string[];
  limit: number;
  isAnew: boolean;
  signal?: AbortSignal | undefined;
  onStep?: (incidentId: string, node: string) => void;
};

/** `joined`: an earlier analysis stands for it, and was not run now. */
export type InvestigatedIncident = {
  incident: KnownIncident;
  report: Report;
  status: AnalysisStatus;
  joined: boolean;
};
/**
 * `pulled`: what fires, by server. `notInvestigated`: incidents without a report, and why. `notRead`: failed servers.
 */
export type Investigation = {
  pulled: readonly (Omit<FiringAlerts, "alerts" | "known"> & { name: string; firing: number })[];
  investigated: readonly InvestigatedIncident[];
  notInvestigated: readonly { incident: KnownIncident; why: string }[];
  notRead: readonly { name: string; why: string }[];
};

/**
 * Pulls what fires, groups it into incidents, and analyses those that no recent analysis covers.
 *
 * @throws {IncidentError} the first failure if no server can be asked; as `analyse` does
 */
export async function investigateFiring(
  parts: InvestigateParts,
  feeds: readonly AlertFeed[],
  { filters, limit, isAnew, signal, onStep }: InvestigateOptions,
): Promise<Investigation> {
  const { pulls, notRead } = await pullAll(feeds, filters, signal);
  const receipt = (): DeliveryReceipt => ({ deliveryId: newDeliveryId(), receivedAtMs: parts.now() });
  const incidents = (await deliverFiring(parts, pulls, receipt)).toSorted(worstFirst);
  const investigated: InvestigatedIncident[] = [];
  const notInvestigated: { incident: KnownIncident; why: string }[] = [];
  for (const incident of incidents) {
    const known = isAnew ? null : await coveredBy(parts, incident);
    if (known !== null && "why" in known) notInvestigated.push({ incident, why: known.why });
    else if (known !== null) investigated.push({ incident, joined: true, ...known });
    else if (investigated.filter(({ joined }) => !joined).length >= limit)
      notInvestigated.push({
        incident,
        why: `the ${limit} most severe incidents were analysed; raise --limit for more`,
      });
    else {
      const run = { signal, onStep: (node: string) => onStep?.(incident.id, node) };
      const { report, status } = await parts.causeway.analyse(incident.id, run);
      investigated.push({ incident, report, status, joined: false });
    }
  }
  const pulled = pulls.map(({ feed, firing: { alerts, known: _known, ...counts } }) => ({
    name: feed.name,
    firing: alerts.length,
    ...counts,
  }));
  return { pulled, investigated, notInvestigated, notRead };
}

const rank = ({ severity }: KnownIncident): number =>
  severity === null ? Severity.options.length : Severity.options.indexOf(severity);
const worstFirst = (a: KnownIncident, b: KnownIncident): number =>
  rank(a) - rank(b) || (a.alarmAtMs ?? 0) - (b.alarmAtMs ?? 0) || (a.id < b.id ? -1 : 1);

async function pullAll(feeds: readonly AlertFeed[], filters: readonly string[], signal: AbortSignal | undefined) {
  const settled = await Promise.allSettled(feeds.map((feed) => feed.pull(filters, { signal })));
  const pulls: { feed: AlertFeed; firing: FiringAlerts }[] = [];
  const notRead: { name: string; why: string }[] = [];
  settled.forEach((result, at) => {
    const feed = feeds[at];
    if (feed === undefined) return;
    if (result.status === "fulfilled") pulls.push({ feed, firing: result.value });
    else if (result.reason instanceof IncidentError)
      notRead.push({ name: feed.name, why: `${result.reason.message} (${result.reason.hint})` });
    else throw result.reason;
  });
  const failure = settled.find((result) => result.status === "rejected");
  if (pulls.length === 0 && failure !== undefined) throw failure.reason;
  return { pulls, notRead };
}

type Covered = { report: Report; status: AnalysisStatus } | { why: string };

/**
 * The analysis that covers an incident: one that runs, or one that is not old. Null if it must be analysed. One whose
 * process was killed covers nothing, although its record says that it runs.
 */
async function coveredBy({ causeway, joinMs, now }: InvestigateParts, { id }: KnownIncident): Promise<Covered | null> {
  for (const analysis of await causeway.listAnalyses({ incidentId: id, limit: 10 })) {
    const { status, requestedAtMs } = analysis;
    if (status === "failed" || (status === "running" && (await causeway.endIfLeft(analysis)))) continue;
    const since = `analysis ${analysis.id} of it is ${status}, since ${isoTime(requestedAtMs)}`;
    if (status === "running") return { why: since };
    if (status === "queued") return { why: `${since}; if no service works on it, --anew analyses it here` };
    if (now() - requestedAtMs > joinMs) return null;
    const { report } = await causeway.getAnalysis(analysis.id);
    return report === null ? null : { report, status };
  }
  return null;
}
