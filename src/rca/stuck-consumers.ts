import type { CitedFinding } from "../domain/finding.ts";
import type { EvidenceMap } from "./evidence-map.ts";

/** The cause that means a consumer that takes no work. */
export const STUCK = "consumer_stuck";

/** A caller's own calls count as stopped at this share of the quiet rate. */
const STOPPED = 0.1;

/** A consumer that stopped calling `queue`. `backlog`: what shows that the queue grows. */
export type StuckConsumer = {
  consumer: string;
  queue: string;
  stopped: CitedFinding;
  backlog: readonly CitedFinding[];
};

/**
 * The consumers that stopped while their queue grows. A caller of a queue either publishes or takes: a queue whose
 * producer stops does not grow, so a caller that stopped took.
 */
export function stuckConsumers(map: EvidenceMap): StuckConsumer[] {
  const { findings, candidateOf, graph } = map;
  const growing = Map.groupBy(findings.filter(showsBacklog), ({ entity }) => candidateOf(entity.id) ?? entity.id);
  if (growing.size === 0) return [];
  const found = findings.flatMap((finding): StuckConsumer[] => {
    const consumer = candidateOf(finding.entity.id);
    if (consumer === null) return [];
    const queues =
      finding.kind === "trace.stopped-work"
        ? [candidateOf(finding.peer ?? "") ?? ""]
        : makesNoCalls(finding)
          ? (graph.callees.get(consumer) ?? []).flatMap((callee) => candidateOf(callee) ?? [])
          : [];
    return queues.flatMap((queue) => {
      const backlog = queue === consumer ? undefined : growing.get(queue);
      return backlog === undefined ? [] : [{ consumer, queue, stopped: finding, backlog }];
    });
  });
  return [...new Map(found.map((each) => [each.consumer, each])).values()];
}

export const stuckConsumerOf = (suspect: string, map: EvidenceMap): StuckConsumer | null =>
  stuckConsumers(map).find(({ consumer }) => consumer === suspect) ?? null;

/** Requests and tasks that wait inside a server: whoever waits for it may stop, and is not the one who empties it. */
const WAITS_FOR_SERVER = /request|connection|thread|task|active|in_?flight|event_?loop/i;

/** True if messages pile up: a queue is longer than before or at its limit, or an alert says so. */
const showsBacklog = ({ kind, evidence: { facts } }: CitedFinding): boolean =>
  facts.family === "queue" &&
  !WAITS_FOR_SERVER.test(String(facts.metric ?? facts.name ?? "")) &&
  (kind === "metric.saturation" ||
    (kind === "metric.shift" && facts.direction === "up") ||
    (kind === "alert.firing" && facts.background === undefined));

/** True if a program counts its own calls, and makes none any more. */
const makesNoCalls = ({ kind, evidence: { facts } }: CitedFinding): boolean =>
  kind === "metric.shift" &&
  facts.family === "traffic" &&
  facts.of_calls === "yes" &&
  facts.direction === "down" &&
  Number(facts.after) <= STOPPED * Number(facts.before);
