import { isHostKind } from "../domain/entity.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import { workloadOfPod } from "../domain/pod-names.ts";

type Signal = CitedFinding["signal"];
/** What a system measures or reports of itself. The texts that strangers write do not change it. */
const MEASURED: ReadonlySet<Signal> = new Set(["metric", "trace", "cluster"]);
/** Sources whose text a stranger can write, for the sentence. */
const WORDS: Partial<Record<Signal, string>> = { log: "log lines", alert: "alerts", change: "the list of changes" };

/** True for findings that rest on what a stranger can write. */
export const isForgeable = ({ signal }: Pick<CitedFinding, "signal">): boolean =>
  signal === "log" || signal === "alert";

/** Whether metrics, traces or the cluster show a fault anywhere, whatever logs and alerts say; or none was read. */
export type MeasuredFault = "shown" | "not_shown" | "not_read";

/**
 * Why a hypothesis suffices for checks, but not for a change; null if it suffices. Anyone can write a log line, an alert
 * or the summary of a change. So a change needs a second kind of source about the same component: a metric, traces or
 * the cluster; or a change together with what went wrong after it. And if anything was measured, a fault must show
 * without logs and alerts.
 */
export function whyOnlyChecks(
  { entity, for: ids }: Pick<Hypothesis, "entity" | "for">,
  findings: readonly CitedFinding[],
  measuredFault: MeasuredFault,
): string | null {
  const support = new Set(ids);
  // A fault of a host shows in what runs on it.
  const isAbout = (finding: CitedFinding): boolean =>
    isHostKind(entity.kind) ||
    finding.entity.id === entity.id ||
    finding.peer === entity.id ||
    workloadOfPod(finding.entity.id) === entity.id;
  const signals = new Set(findings.filter((one) => support.has(one.id) && isAbout(one)).map(({ signal }) => signal));
  const words = [...signals].flatMap((signal) => WORDS[signal] ?? []).toSorted();
  const isMeasured = [...signals].some((signal) => MEASURED.has(signal));
  if (!isMeasured && !(signals.has("change") && signals.size > 1)) {
    if (words.length === 0) return "for reading only, because nothing measured shows it";
    const verb = words.join() === WORDS.change ? "shows" : "show";
    return `for reading only, because only ${words.join(" and ")} ${verb} it: no metric, trace or state of the cluster`;
  }
  return measuredFault === "not_shown"
    ? "for reading only, because metrics, traces and the cluster show no fault without logs and alerts"
    : null;
}
