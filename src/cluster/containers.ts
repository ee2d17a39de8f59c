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
  /** `name`: "" for a port without one; null where names are not reported. */
  ports: { port: string; protocol: string; name: string | null }[];
  probes: Probe[];
  /** The reason of the state (`CrashLoopBackOff`), else the state itself (`Running`). */
  state: string | null;
  /** What the platform says about the state; null if it says nothing, or is not read. */
  stateMessage: string | null;
  /** The same for the previous container. */
  lastState: string | null;
  exitCode: number | null;
  /** When the previous container ended, Unix milliseconds. */
  endedAtMs: number | null;
  /** Null in a pod template. */
  ready: boolean | null;
  restarts: number;
  memoryLimit: string | null;
};

/** Lines of one container that are read. */
const MAX_LINES = 1_000;

/** Parses the containers of a `Containers` section. */
export function parseContainers(lines: readonly string[]): Container[] {
  const starts = lines.flatMap((line, at) => (/^ {2,3}\S[^:]*:\s*$/.test(line) ? [at] : []));
  return starts.map((start, index) => {
    const block = lines.slice(start + 1, Math.min(starts[index + 1] ?? lines.length, start + 1 + MAX_LINES));
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
        return number === undefined ? [] : [{ port: number, protocol, name: null }];
      }),
      probes: (["liveness", "readiness", "startup"] as const).flatMap(
        (role) => parseProbe(role, value(role[0]?.toUpperCase() + role.slice(1))) ?? [],
      ),
      state: stateOf("State"),
      stateMessage: null,
      lastState: stateOf("Last State"),
      exitCode: exit === undefined ? null : Number(exit),
      endedAtMs: timeMs(/^\s+Last State:[\s\S]*?Finished:\s+(\S.*)$/m.exec(text)?.[1]),
      ready: readyOf(value("Ready")),
      restarts: Number(value("Restart Count") ?? 0),
      memoryLimit: /^\s+Limits:\n(?:\s+(?!memory)\S+:.*\n)*?\s+memory:\s+(\S+)/m.exec(text)?.[1] ?? null,
    };
  });
}

const readyOf = (word: string | null): boolean | null => (word === null ? null : word === "True");

/** Reads a time as `kubectl` prints it: `Sat, 14 Mar 2026 09:44:10 +0000`. */
export function timeMs(text: string | undefined): number | null {
  const ms = Date.parse(text ?? "");
  return Number.isFinite(ms) ? ms : null;
}

/** Parses a probe as `kubectl describe` prints it; null without one. */
export function parseProbe(role: Probe["role"], text: string | null): Probe | null {
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
