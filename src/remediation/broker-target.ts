import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import { readSignal } from "../domain/signals.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import type { Topology } from "../domain/telemetry.ts";

/** The lag of a consumer is measured at the consumer, too. */
const OF_CONSUMER = /lag|consumer/i;

/**
 * Why a plan for a stuck consumer offers no step; null if it may. Messages pile up in the queue, so without its
 * consumer the queue itself is the suspect: a copy or a restart of it empties nothing, and may lose messages.
 */
export function whyNotBroker(
  { entity, cause, for: ids }: Pick<Hypothesis, "entity" | "cause" | "for">,
  findings: readonly CitedFinding[],
  { edges }: Topology,
): string | null {
  if (cause !== "consumer_stuck") return null;
  const isIt = (id: string): boolean => id === entity.id || workloadOfPod(id) === entity.id;
  const calls = edges.filter(({ kind }) => kind === "calls");
  if (!calls.some(({ to }) => isIt(to)) || calls.some(({ from }) => isIt(from))) return null;
  const support = new Set(ids);
  const own = findings.filter((finding) => support.has(finding.id) && isIt(finding.entity.id));
  const onlyGrows = own.every(({ evidence: { facts } }) => {
    const name = String(facts.metric ?? facts.name ?? "");
    return readSignal(name).family === "queue" && !OF_CONSUMER.test(name);
  });
  return onlyGrows ? "for reading only, because messages pile up in it, and who should take them is not known" : null;
}
