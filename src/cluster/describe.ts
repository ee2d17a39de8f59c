import { parseAge } from "./table.ts";

/**
 * An event of an object. `object`: `kind/name` in lower case, as events list it. `ageS`: seconds since it was last
 * seen; null if not reported.
 */
export type ClusterEvent = {
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

/** Parses the output of `kubectl describe` about one object. `object`: `kind/name`, for its events. */
export function parseDescription(text: string, object: string): Description {
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
    sections: sections,
    events: (sections.get("Events") ?? []).flatMap((line) => describedEvent(line, object) ?? []),
  };
}

/** Joins a field and the lines that continue it, such as the labels of an object. */
export const fieldWithSection = ({ fields, sections }: Description, key: string): string =>
  [fields.get(key) ?? "", ...(sections.get(key) ?? [])].join("\n");

/** `  Warning  Unhealthy  1s (x11 over 81s)  kubelet  Readiness probe failed: …` */
function describedEvent(line: string, object: string): ClusterEvent | null {
  const [, type, reason = "", age = "", message = ""] =
    /^\s+(Normal|Warning)\s+(\S+)\s+(\S+(?: \(x\d+ over [^)]+\))?)\s+\S+\s+(\S.*)$/.exec(line) ?? [];
  if (type === undefined) return null;
  return {
    warning: type === "Warning",
    reason,
    object,
    message,
    ageS: parseAge(age.split(" ")[0] ?? ""),
    count: Number(/\(x(\d+)/.exec(age)?.[1] ?? 1),
  };
}

/** Parses `kubectl get events`, with or without its heading row. */
export function parseEvents(text: string): ClusterEvent[] {
  return text.split("\n").flatMap((line) => {
    const [, age = "", type, reason = "", object = "", message = ""] =
      /^(\S+)(?: \(x\d+ over [^)]+\))?\s+(Normal|Warning)\s+(\S+)\s+(\S+\/\S+)\s+(\S.*)$/.exec(line) ?? [];
    return type === undefined
      ? []
      : [{ warning: type === "Warning", reason, object: object.toLowerCase(), message, ageS: parseAge(age), count: 1 }];
  });
}

/** A parsed probe: `grpc <pod>:5051  delay=5s timeout=1s period=10s #success=1 #failure=3`. */
export type Probe = {
  role: "liveness" | "readiness" | "startup";
  how: string;
  port: string | null;
  delayS: number;
  periodS: number;
  failures: number;
};

/** A container, as a pod or a pod template describes it. */
export type Container = {
  name: string;
  ports: { port: string; protocol: string }[];
  probes: Probe[];
  state: string | null;
  lastState: string | null;
  exitCode: number | null;
  memoryLimit: string | null;
};

/** Parses the containers of a `Containers` section. */
export function parseContainers(lines: readonly string[]): Container[] {
  const starts = lines.flatMap((line, at) => (/^ {2,3}\S[^:]*:\s*$/.test(line) ? [at] : []));
  return starts.map((start, index) => {
    const block = lines.slice(start + 1, starts[index + 1]);
    const text = block.join("\n");
    const value = (key: string): string | null =>
      new RegExp(`^\\s+${key}:\\s*(\\S.*)$`, "m").exec(text)?.[1]?.trim() ?? null;
    const stateOf = (key: string): string | null => {
      const match = new RegExp(`^\\s+${key}:[ ]+(\\S+)(?:\\n\\s+Reason:[ ]+(\\S+))?`, "m").exec(text);
      return match ? (match[2] ?? match[1] ?? null) : null;
    };
    const exit =
      /^\s+Last State:[\s\S]*?Exit Code:\s+(\d+)/m.exec(text)?.[1] ?? /^\s+Exit Code:\s+(\d+)/m.exec(text)?.[1];
    return {
      name: lines[start]?.trim().slice(0, -1) ?? "",
      ports: (value("Ports?") ?? "").split(",").flatMap((port) => {
        const [, number, protocol = "TCP"] = /(\d+)\/(\w+)/.exec(port) ?? [];
        return number === undefined ? [] : [{ port: number, protocol }];
      }),
      probes: (["liveness", "readiness", "startup"] as const).flatMap(
        (role) => probe(role, value(role[0]?.toUpperCase() + role.slice(1))) ?? [],
      ),
      state: stateOf("State"),
      lastState: stateOf("Last State"),
      exitCode: exit === undefined ? null : Number(exit),
      memoryLimit: /^\s+Limits:\n(?:\s+(?!memory)\S+:.*\n)*?\s+memory:\s+(\S+)/m.exec(text)?.[1] ?? null,
    };
  });
}

function probe(role: Probe["role"], text: string | null): Probe | null {
  if (text === null) return null;
  const seconds = (key: string): number => Number(new RegExp(`${key}=(\\d+)`).exec(text)?.[1] ?? 0);
  const how = text.includes("/app-health/") ? "mesh" : (text.split(" ")[0] ?? "");
  return {
    role,
    how,
    port: /:(\w[\w-]*)(?:\/|\s|$)/.exec(text.replace(/https?:\/\//, ""))?.[1] ?? null,
    delayS: seconds("delay"),
    periodS: seconds("period"),
    failures: seconds("#failure"),
  };
}
