import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type { Capabilities, Problem, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, spanView } from "../../domain/query-match.ts";
import type { Span } from "../../domain/telemetry.ts";
import { type OnRow, readCsv } from "./csv.ts";
import { metadataCollector } from "./metadata.ts";
import { numberOf, quoted } from "./metrics.ts";
import type { FileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";
import { ceilMs, floorMs, type TimeLimits, timeLimits } from "./time-limits.ts";

/** About 600 MB. */
const MAX_SPANS = 2_000_000;
const COLUMNS = {
  required: ["traceId", "spanId", "parentSpanId", "service", "startUnixNano", "durationUs"],
  optional: ["pod", "operation", "status"],
};
const LABELS = ["service", "pod", "operation", "status", "trace_id", "span_id"];
const NANOS = /^\d{1,25}$/;
/** OpenTelemetry's parent span id for "no parent". */
const NO_PARENT = /^0*$/;
const CAPABILITIES: Capabilities = {
  holds: "incident",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit", "direction"],
  metadata: ["extent", "entities", "names", "labels"],
};

/** `traces.csv`: one span per line, given in file order if it starts inside the range. */
export const fileTraces = (recording: Recording): TelemetrySource<"trace"> => ({
  name: "files",
  signal: "trace",
  capabilities: CAPABILITIES,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name: "files", capabilities: CAPABILITIES }, query);
    const file = await recording.find("traces.csv", query.recording);
    if (file === null) return { data: [], coverage };
    const spans: Span[] = [];
    const limits = timeLimits(query.range, recording.asOfMs);
    const isSelected = recordFilter(query);
    const options = { signal, onProblem: (problem: Problem) => coverage.problems.push(problem) };
    await readCsv(file, COLUMNS, options, (problems) =>
      spanRows(limits, problems, {
        span: (span) => (isSelected === null || isSelected(spanView.candidateOf(span))) && spans.push(span),
      }),
    );
    const { selected, isCapped } = limited(spans, query);
    if (isCapped) coverage.gaps.push(cappedAt(query));
    coverage.returned = selected.length;
    return { data: selected, coverage };
  },
  async metadata(request, { signal } = {}) {
    const file = await recording.find("traces.csv", request.recording);
    if (file === null) return NO_METADATA;
    return recording.metadata(file, recording.asOfMs, request, async () => {
      const found = metadataCollector();
      const limits = timeLimits(request.range, recording.asOfMs);
      await readCsv(file, COLUMNS, { signal }, (problems) =>
        spanRows(limits, problems, {
          time: (nanos) => found.time(floorMs(nanos), ceilMs(nanos)),
          span({ service, pod, operation }) {
            found.entity(service, "service");
            if (pod !== null) found.entity(pod, "pod");
            found.name(operation);
          },
        }),
      );
      return found.done(LABELS);
    });
  },
});

/** `time` is called for every line that starts inside the limits, `span` for those that can be read. */
type SpanSink = { time?: (startUnixNano: bigint) => void; span: (span: Span) => void };

function spanRows(limits: TimeLimits, problems: FileProblems, sink: SpanSink): OnRow {
  const seen = new Map<string, string>();
  let spans = 0;
  /** Keeps one string for each name, because a name may occur a million times. */
  const shared = (text: string): string => {
    const known = seen.get(text);
    if (known === undefined) seen.set(text, text);
    return known ?? text;
  };
  return (cells, line) => {
    const [traceId = "", spanId = "", parent = "", service = "", start = "", duration = ""] = cells;
    const [pod = "", operation = "", status = ""] = [cells[6], cells[7], cells[8]];
    if (!NANOS.test(start)) return problems.add("startUnixNano is not a whole number", line, quoted(start));
    const startUnixNano = BigInt(start);
    const place = limits.ofNanos(startUnixNano);
    if (place === "later") return;
    const durationUs = numberOf(duration);
    // A span is exported when it ends.
    if (durationUs !== null && limits.ofNanos(startUnixNano + BigInt(Math.ceil(durationUs * 1000))) === "later") return;
    if (place === "outside") return;
    sink.time?.(startUnixNano);
    if (durationUs === null || durationUs < 0)
      return problems.add("durationUs is not a number of at least 0", line, quoted(duration));
    if (traceId === "" || spanId === "" || service === "")
      return problems.add("traceId, spanId or service is empty", line);
    if (spans >= MAX_SPANS) return problems.add(`more than ${MAX_SPANS} spans; the rest was skipped`, line);
    spans += 1;
    sink.span({
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
