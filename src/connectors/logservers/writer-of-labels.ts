import { type EntityLabel, measuredEntity } from "../../domain/measured-entity.ts";
import { writerReader } from "../logfiles/writer.ts";

/** Who wrote a record. */
export type LogWriter = { service: string | null; pod: string | null };

/** Labels with the path of a file, as collectors add them. */
const FILES = ["filename", "__path__", "log_file_path", "log.file.path", "file"];
/** Grafana Loki and OpenTelemetry use such values where nothing is known. */
const UNKNOWN = /^unknown_service(?::|$)|^(?:unknown|-|none)$/i;
const byPath = writerReader([]);

/**
 * Reads the writer of a record from labels: the same labels as for metrics. The service of a pod is the one that a
 * label names, else its workload. Records that have only a host take the service from the path of their file.
 */
export function writerOfLabels(
  labels: Readonly<Record<string, string>>,
  configured: readonly EntityLabel[] = [],
): LogWriter {
  const known = Object.fromEntries(Object.entries(labels).filter(([, value]) => !UNKNOWN.test(value)));
  const measured = measuredEntity(known, configured);
  if (measured?.kind === "pod") {
    const [workload, ...named] = measured.partOf;
    const service = named[0] ?? workload ?? measured.entity;
    return { service: withoutNamespace(service), pod: measured.entity };
  }
  if (measured !== null && measured.kind !== "node") return { service: measured.entity, pod: null };
  const path = FILES.map((label) => known[label]).find((value) => value !== undefined && value !== "");
  return { service: (path === undefined ? null : byPath(path).service) ?? measured?.entity ?? null, pod: null };
}

/** OpenTelemetry's and Promtail's job is `namespace/name`. */
const withoutNamespace = (name: string): string => name.replace(/^[^/]+\/(?=[^/]+$)/, "");
