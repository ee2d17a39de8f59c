import { isTool, type ToolAnswer } from "./answers.ts";
import { scalarOf } from "./fields.ts";
import { each, type Objects } from "./objects.ts";
import { nodeOfObject } from "./read-object-state.ts";
import type { ClusterNode } from "./state.ts";

/** Reads nodes from lists, descriptions and objects, with the state of the agents that run on them. */
export function readNodes(answers: readonly ToolAnswer[], objects: Objects): ClusterNode[] {
  const agents = answers.filter((one) => isTool(one, "node", "status")).flatMap((one) => readAgent(one) ?? []);
  const nodes = new Map<string, ClusterNode>();
  for (const { name, row, description, object, source } of each(objects)) {
    if (object !== null) {
      nodes.set(name, nodeOfObject(object));
      continue;
    }
    const status = row?.STATUS ?? "";
    const known = nodes.get(name);
    nodes.set(name, {
      name,
      source,
      ready: (known?.ready ?? true) && !/(^|,)NotReady/.test(status),
      cordoned:
        (known?.cordoned ?? false) ||
        status.includes("SchedulingDisabled") ||
        description?.fields.get("Unschedulable") === "true",
      controlPlane:
        (known?.controlPlane ?? false) ||
        /master|control-plane/.test(row?.ROLES ?? description?.fields.get("Roles") ?? ""),
      conditions: [...(known?.conditions ?? []), ...conditionsOf(description?.sections.get("Conditions") ?? [])],
      agents: [],
    });
  }
  for (const { node, ...agent } of agents) {
    const known = nodes.get(node) ?? {
      name: node,
      source: agent.source,
      ready: true,
      cordoned: false,
      controlPlane: false,
      conditions: [],
      agents: [],
    };
    known.agents.push(agent);
    nodes.set(node, known);
  }
  return [...nodes.values()];
}

/** `Ready  False  Fri, 02 Jan 2026 …  Fri, 02 Jan 2026 …  KubeletNotReady  container runtime is down` */
function conditionsOf(lines: readonly string[]): ClusterNode["conditions"] {
  return lines.flatMap((line) => {
    const [, type, status = "", rest = ""] = /^\s+(\w+)\s{2,}(True|False|Unknown)\b(.*)$/.exec(line) ?? [];
    const [reason = "", message = ""] = rest.split(/\s{2,}/).slice(-2);
    return type === undefined ? [] : [{ type, status, reason, message }];
  });
}

/** Reads the state of one systemd unit: the word after `Active:`. */
function readAgent({
  text,
  source,
  name,
}: ToolAnswer): { node: string; name: string; state: string; source: string } | null {
  const args = /:(\{.*\})$/s.exec(source)?.[1];
  const query: unknown = args === undefined ? null : JSON.parse(args);
  const field = (key: string): string =>
    query !== null && typeof query === "object" && key in query
      ? (scalarOf((query as Record<string, unknown>)[key]) ?? "")
      : "";
  const node = /^Node:\s*(\S+)/m.exec(text)?.[1] ?? (field("node_name") || name);
  const agent = /^Service:\s*(\S+)/m.exec(text)?.[1] ?? field("service_name");
  const state = /^\s*Active:\s*(\w+)/m.exec(text)?.[1];
  return node === "" || agent === "" || state === undefined ? null : { node, name: agent, state, source };
}
