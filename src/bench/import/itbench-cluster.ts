import { z } from "zod";
import type { Change } from "../../domain/telemetry.ts";
import type { CaseFolder } from "./case-folder.ts";
import type { SourceFile } from "./source-tree.ts";
import { cellsOf, hasColumn, openTable, optionalCell, type Reading } from "./table.ts";
import { anyMs } from "./times.ts";

const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  generation: z.number().optional(),
});
const ClusterObject = z.looseObject({ kind: z.string(), metadata: Metadata });
type ClusterObject = z.infer<typeof ClusterObject>;
/** What a collector's receiver writes: the object alone, or with what happened to it. */
const Observed = z.looseObject({ object: ClusterObject, type: z.string().nullish() });

/** The last state of each object of a cluster, its events, and the changes that were seen between two states. */
export type ClusterHistory = {
  object(timeMs: number | null, object: ClusterObject, isDeleted: boolean): boolean;
  event(event: ClusterObject): void;
  write(folder: CaseFolder): Promise<void>;
  readonly size: number;
};

/** Characters. What is read of a case's cluster has a limit, too. */
const MAX_CHARS = 48 * 1024 * 1024;
/** Objects whose change is somebody's doing. */
const CHANGED_BY_PEOPLE = new Set([
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ConfigMap",
  "Service",
  "HorizontalPodAutoscaler",
]);

export function clusterHistory(): ClusterHistory {
  const objects = new Map<string, { text: string; state: string }>();
  const events = new Map<string, string>();
  const changes: Change[] = [];
  let chars = 0;
  return {
    object(timeMs, object, isDeleted) {
      const key = keyOf(object);
      const before = objects.get(key);
      if (isDeleted) {
        chars -= before?.text.length ?? 0;
        objects.delete(key);
        return true;
      }
      const text = JSON.stringify(withoutSecrets(object));
      if (chars + text.length - (before?.text.length ?? 0) > MAX_CHARS) return false;
      const state = stateOf(object);
      if (before !== undefined && timeMs !== null && before.state !== state && CHANGED_BY_PEOPLE.has(object.kind))
        changes.push(changeOf(timeMs, object));
      chars += text.length - (before?.text.length ?? 0);
      objects.set(key, { text, state });
      return true;
    },
    event(event) {
      events.set(keyOf(event), JSON.stringify(event));
    },
    async write(folder) {
      if (objects.size > 0)
        await folder.file("cluster/objects.json", listOf([...objects.values()].map(({ text }) => text)));
      if (events.size > 0) await folder.file("cluster/events.json", listOf([...events.values()]));
      if (changes.length > 0) await folder.changes(changes.toSorted((a, b) => a.timeUnixMs - b.timeUnixMs));
    },
    get size() {
      return objects.size + events.size;
    },
  };
}

const keyOf = ({ kind, metadata }: ClusterObject): string => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
const listOf = (items: readonly string[]): string =>
  `{"apiVersion":"v1","kind":"List","items":[\n${items.join(",\n")}\n]}\n`;

/** Without what Secrets hold, and without the bookkeeping of who set which field. */
function withoutSecrets(object: ClusterObject): object {
  const { managedFields: _, ...metadata } = object.metadata;
  const kept = { ...object, metadata };
  return object.kind === "Secret" ? { ...kept, data: undefined, stringData: undefined } : kept;
}

/** What a change of intent changes: not the status, and not the replicas that an autoscaler sets by itself. */
const stateOf = ({ spec, data }: ClusterObject & { spec?: unknown; data?: unknown }): string =>
  JSON.stringify([spec ?? null, data ?? null]);

const changeOf = (timeMs: number, { kind, metadata }: ClusterObject): Change => ({
  timeUnixMs: timeMs,
  entity: metadata.name,
  kind: kind === "ConfigMap" ? "config" : "deploy",
  id: `${kind}/${metadata.name}@${timeMs}`,
  summary: [`${kind} ${metadata.name} was changed`, metadata.generation ?? []].flat().join(", generation "),
});

/** Reads the objects of a cluster as a collector's receiver wrote them, or their processed form. */
export async function readObjects(file: SourceFile, reading: Reading, cluster: ClusterHistory): Promise<void> {
  const table = await openTable(file, reading, "\t");
  const [body] = cellsOf(table, ["Body|body"]);
  const time = optionalCell(table, "Timestamp|TimestampTime|timestamp");
  for await (const rows of table.batches)
    for (const row of rows) {
      const found = observedIn(body(row));
      if (found === null) reading.notes.dropped("cluster objects", "no JSON of an object", file.path);
      else if (!cluster.object(anyMs(time(row)), found.object, found.type === "DELETED"))
        reading.notes.dropped("cluster objects", "48 MiB of objects were kept", file.path);
      else if (found.object.kind === "Secret") reading.notes.dropped("contents of Secrets", "never written", file.path);
    }
}

function observedIn(text: string): z.infer<typeof Observed> | null {
  try {
    const json: unknown = JSON.parse(text);
    const observed = Observed.safeParse(json);
    if (observed.success) return observed.data;
    const object = ClusterObject.safeParse(json);
    return object.success ? { object: object.data, type: null } : null;
  } catch {
    return null;
  }
}

/** Reads events as a collector's receiver wrote them, or one column for each field. */
export async function readEvents(file: SourceFile, reading: Reading, cluster: ClusterHistory): Promise<void> {
  const table = await openTable(file, reading, "\t");
  if (hasColumn(table, "Body|body")) {
    const [body] = cellsOf(table, ["Body|body"]);
    for await (const rows of table.batches)
      for (const row of rows) {
        const found = observedIn(body(row));
        if (found === null) reading.notes.dropped("cluster events", "no JSON of an event", file.path);
        else cluster.event(found.object);
      }
    return;
  }
  const [kind, name, reason, message] = cellsOf(table, ["object_kind", "object_name", "reason", "message"]);
  const [namespace, type] = [optionalCell(table, "namespace"), optionalCell(table, "event_kind")];
  const [time, count] = [optionalCell(table, "event_time|timestamp"), optionalCell(table, "count")];
  let at = 0;
  for await (const rows of table.batches)
    for (const row of rows)
      cluster.event({
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `${name(row)}.${(at += 1)}`, namespace: namespace(row) },
        involvedObject: { kind: kind(row), name: name(row), namespace: namespace(row) },
        reason: reason(row),
        message: message(row),
        type: type(row) || "Normal",
        count: Number(count(row)) || 1,
        lastTimestamp: time(row),
      });
}
