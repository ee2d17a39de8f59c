import { IncidentError } from "../domain/errors.ts";
import type { Report } from "../domain/report.ts";
import type { AnalysisDetail } from "../domain/service.ts";
import { isoTime } from "../domain/time.ts";

/** The report of an analysis. @throws {IncidentError} NOT_FOUND before there is one. */
export function reportOf({ id, incidentId, status, requestedAtMs, startedAtMs, report }: AnalysisDetail): Report {
  if (report !== null) return report;
  if (status === "queued")
    throw new IncidentError("NOT_FOUND", `analysis ${id} of ${incidentId} has no report yet: it waits for a worker`, {
      hint: "Wait until a worker takes it: `causeway serve` or `causeway worker` must be running.",
    });
  // The store does not record whether a process still works on it, so the message does not claim to know.
  throw new IncidentError(
    "NOT_FOUND",
    `analysis ${id} of ${incidentId}, started at ${isoTime(startedAtMs ?? requestedAtMs)}, has no report yet: ` +
      (status === "failed" ? "it failed" : "it is not finished"),
    {
      hint:
        `Wait if a process is working on it. Otherwise run \`causeway analyze --resume ${id}\` to continue it, ` +
        `or \`causeway analyze ${incidentId}\` to start a new analysis.`,
    },
  );
}
