import { parseAge, parseTable, type TableRow } from "./table.ts";

/**
 * An event of an object. `object`: `kind/name` in lower case, as events list it. `namespace`: "" if not reported.
 * `ageS`: seconds since it was last seen; null if not reported.
 */
export type ClusterEvent = {
  namespace: string;
  warning: boolean;
  reason: string;
  object: string;
  message: string;
  ageS: number | null;
  count: number;
};

/**
 * A parsed `kubectl describe` block. `fields`: values of its unindented keys; a repeated key has one value per line.
 * `sections`: the indented lines below each key.
 */
export type Description = {
  fields: ReadonlyMap<string, string>;
  sections: ReadonlyMap<string, readonly string[]>;
  events: readonly ClusterEvent[];
};

/**
 * Parses the output of `kubectl describe` about one object. `object`: `kind/name` in lower case, for its events.
 * `namespace`: of the object, if the text does not name it.
 */
export function parseDescription(text: string, object: string, namespace = ""): Description {
  const fields = new Map<string, string>();
  const sections = new Map<string, string[]>();
  let section: string[] = [];
  for (const line of text.split("\n")) {
    const top = /^(\S[^:]*):\s*(.*)$/.exec(line);
    if (top?.[1] !== undefined) {
      const known = fields.get(top[1]);
      fields.set(top[1], known === undefined ? (top[2] ?? "").trim() : `${known}\n${(top[2] ?? "").trim()}`);
      section = [];
      sections.set(top[1], section);
    } else section.push(line);
  }
  return {
    fields,
    sections,
    events: (sections.get("Events") ?? []).flatMap(
      (line) => describedEvent(line, object, fields.get("Namespace") || namespace) ?? [],
    ),
  };
}

/** Joins a field and the lines that continue it, such as the labels of an object. */
export const fieldWithSection = ({ fields, sections }: Description, key: string): string =>
  [fields.get(key) ?? "", ...(sections.get(key) ?? [])].join("\n");

/** `  Warning  Unhealthy  1s (x11 over 81s)  kubelet  Readiness probe failed: …`; older versions: `kubelet, node-1`. */
function describedEvent(line: string, object: string, namespace: string): ClusterEvent | null {
  const [, type, reason = "", age = "", message = ""] =
    /^\s+(Normal|Warning)\s+(\S+)\s+(\S+(?: \(x\d+ over [^)]+\))?)\s+\S+?(?:, \S+)?\s{2,}(\S.*)$/.exec(line) ?? [];
  if (type === undefined) return null;
  return {
    namespace,
    warning: type === "Warning",
    reason,
    object,
    message,
    ageS: parseAge(age.split(" ")[0] ?? ""),
    count: Number(/\(x(\d+)/.exec(age)?.[1] ?? 1),
  };
}

/**
 * Parses `kubectl get events`: with or without its heading row, of one namespace or of all (`-A`), short or wide
 * (`-o wide`). `namespace`: of events that name none.
 */
export function parseEvents(text: string, namespace = ""): ClusterEvent[] {
  const rows = parseTable(text);
  if (rows.some((row) => row.SUBOBJECT !== undefined)) return rows.map((row) => wideEvent(row, namespace));
  return text.split("\n").flatMap((line) => {
    const [, space, age = "", times = "1", type, reason = "", object = "", message = ""] = SHORT_EVENT.exec(line) ?? [];
    return type === undefined
      ? []
      : [
          {
            namespace: space ?? namespace,
            warning: type === "Warning",
            reason,
            object: object.toLowerCase(),
            message,
            ageS: parseAge(age),
            count: Number(times),
          },
        ];
  });
}

/** In a list of all namespaces, the namespace comes first. */
const SHORT_EVENT =
  /^(?:([a-z0-9-]+)\s{2,})?(\S+)(?: \(x(\d+) over [^)]+\))?\s+(Normal|Warning)\s+(\S+)\s+(\S+\/\S+)\s+(\S.*)$/;

const wideEvent = (row: TableRow, namespace: string): ClusterEvent => ({
  namespace: row.NAMESPACE ?? namespace,
  warning: row.TYPE === "Warning",
  reason: row.REASON ?? "",
  object: (row.OBJECT ?? "").toLowerCase(),
  message: row.MESSAGE ?? "",
  ageS: parseAge(row["LAST SEEN"] ?? ""),
  count: Number(row.COUNT ?? 1) || 1,
});
