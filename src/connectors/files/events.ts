import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type { AlertSource, Capabilities, Problem, TelemetrySource } from "../../domain/ports.ts";
import { alertView, changeView, type RecordView, selectRecords } from "../../domain/query-match.ts";
import type { TelemetrySignal } from "../../domain/query.ts";
import { Alert, Change } from "../../domain/telemetry.ts";
import { readJsonl, type RecordReader } from "./jsonl.ts";
import { metadataCollector } from "./metadata.ts";
import type { Recording } from "./recording.ts";
import { timeLimits } from "./time-limits.ts";

/** The alert sets of the other recordings of the same system. */
export type PastAlerts = (signal: AbortSignal | undefined) => Promise<Alert[][]>;

const CAPABILITIES: Capabilities = {
  holds: "incident",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit", "direction"],
  metadata: ["extent", "entities", "names", "labels"],
};

/** `alerts.jsonl`, in file order. */
export const fileAlerts = (recording: Recording, past: PastAlerts | null): AlertSource => ({
  ...eventSource("alert", recording, {
    file: "alerts.jsonl",
    schema: Alert,
    view: alertView,
    kindOf: ({ entityKind }) => entityKind,
    labels: ["entity", "entity_kind", "name", "peer", "severity"],
  }),
  ...(past && { pastAlerts: ({ signal } = {}) => past(signal) }),
});

/** `changes.jsonl`, in file order. */
export const fileChanges = (recording: Recording): TelemetrySource<"change"> =>
  eventSource("change", recording, {
    file: "changes.jsonl",
    // what a plan may undo comes from the cluster itself, never from a file
    schema: Change.transform(({ written, ...change }) =>
      written === undefined
        ? change
        : { ...change, written: { kind: written.kind, name: written.name, version: written.version } },
    ),
    view: changeView,
    kindOf: () => "service",
    labels: ["entity", "kind", "id"],
  });

type Events<R> = {
  file: string;
  schema: RecordReader<R>;
  view: RecordView<R>;
  kindOf: (record: R) => string;
  labels: readonly string[];
};

function eventSource<S extends TelemetrySignal & ("alert" | "change"), R extends Alert | Change>(
  kind: S,
  recording: Recording,
  { file: name, schema, view, kindOf, labels }: Events<R>,
) {
  const source = { name: "files", signal: kind, capabilities: CAPABILITIES };
  return {
    ...source,
    async query(
      query: Parameters<TelemetrySource<S>["query"]>[0],
      { signal }: { signal?: AbortSignal | undefined } = {},
    ) {
      const coverage = coverageFor(source, query);
      const file = await recording.find(name, query.recording);
      if (file === null) return { data: [] as R[], coverage };
      const limits = timeLimits(query.range, recording.asOfMs);
      const onProblem = (problem: Problem) => coverage.problems.push(problem);
      const records = await readJsonl(file, schema, limits, { signal, onProblem });
      const { selected, isCapped } = selectRecords(records, query, view);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      coverage.returned = selected.length;
      return { data: selected, coverage };
    },
    async metadata(
      request: Parameters<TelemetrySource<S>["metadata"]>[0],
      { signal }: { signal?: AbortSignal | undefined } = {},
    ) {
      const file = await recording.find(name, request.recording);
      if (file === null) return NO_METADATA;
      return recording.metadata(file, recording.asOfMs, request, async () => {
        const found = metadataCollector();
        const limits = timeLimits(request.range, recording.asOfMs);
        for (const record of await readJsonl(file, schema, limits, { signal }, found.time)) {
          found.entity(record.entity, kindOf(record));
          found.name(view.candidateOf(record).name);
        }
        return found.done(labels);
      });
    },
  };
}
