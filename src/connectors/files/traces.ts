import type { TraceSource } from "../../domain/ports.ts";
import type { Span } from "../../domain/telemetry.ts";
import { type OnRow, readCsv } from "./csv.ts";
import { numberOf, quoted } from "./metrics.ts";
import type { FileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";
import { type TimeLimits, timeLimits } from "./time-limits.ts";

/** About 600 MB. */
const MAX_SPANS = 2_000_000;
const COLUMNS = {
  required: ["traceId", "spanId", "parentSpanId", "service", "startUnixNano", "durationUs"],
  optional: ["pod", "operation", "status"],
};
const NANOS = /^\d{1,25}$/;
/** How OpenTelemetry writes "no parent" in bytes. */
const NO_PARENT = /^0*$/;

/** `traces.csv`: one span a line, given in file order if it starts inside the window. */
export const fileTraces = (recording: Recording): TraceSource => ({
  name: "files",
  async fetchSpans(slice, options = {}) {
    const file = await recording.find("traces.csv", slice);
    if (file === null) return [];
    const spans: Span[] = [];
    const limits = timeLimits(slice.window, recording.asOfMs);
    await readCsv(file, COLUMNS, options, (problems) => collectSpans(spans, limits, problems));
    return spans;
  },
});

function collectSpans(spans: Span[], limits: TimeLimits, problems: FileProblems): OnRow {
  const seen = new Map<string, string>();
  /** The same name a million times over is one string. */
  const shared = (text: string): string => {
    const known = seen.get(text);
    if (known === undefined) seen.set(text, text);
    return known ?? text;
  };
  return (
    [
      traceId = "",
      spanId = "",
      parent = "",
      service = "",
      start = "",
      duration = "",
      pod = "",
      operation = "",
      status = "",
    ],
    line,
  ) => {
    if (!NANOS.test(start)) return problems.add("startUnixNano is not a whole number", line, quoted(start));
    const startUnixNano = BigInt(start);
    const place = limits.ofNanos(startUnixNano);
    if (place === "later") return;
    const durationUs = numberOf(duration);
    // A span becomes known when it ends.
    if (durationUs !== null && limits.ofNanos(startUnixNano + BigInt(Math.ceil(durationUs * 1000))) === "later") return;
    if (place === "outside") return;
    if (durationUs === null || durationUs < 0)
      return problems.add("durationUs is not a number of at least 0", line, quoted(duration));
    if (traceId === "" || spanId === "" || service === "")
      return problems.add("traceId, spanId or service is empty", line);
    if (spans.length >= MAX_SPANS) return problems.add(`more than ${MAX_SPANS} spans, the rest left out`, line);
    spans.push({
      traceId,
      spanId,
      parentSpanId: NO_PARENT.test(parent) ? null : parent,
      service: shared(service),
      pod: pod === "" ? null : shared(pod),
      operation: shared(operation),
      startUnixNano,
      durationUs,
      status: shared(status),
    });
  };
}
