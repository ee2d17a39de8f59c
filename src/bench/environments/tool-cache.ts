import type { ToolCall, Environment, Observation } from "../../domain/environment.ts";
import { CLUSTER_WIDE, filterRows, inPlural } from "./tool-arguments.ts";

/** `Tool:{arguments}` → answer, as `tool_cache.json` of a scenario holds it. */
export type ToolCache = Readonly<Record<string, string>>;

/** A tool: its arguments in the order in which keys hold them, those that every call needs, and their types. */
type Tool = {
  args: readonly string[];
  required: readonly string[];
  numbers?: readonly string[];
  flags?: readonly string[];
};

/** The ten tools of Cloud-OpsBench (arXiv 2603.00468). */
const TOOLS: Readonly<Record<string, Tool>> = {
  GetResources: {
    args: ["resource_type", "name", "namespace", "output_wide", "show_labels", "output_yaml", "label_selector"],
    required: ["resource_type"],
    flags: ["output_wide", "show_labels", "output_yaml"],
  },
  DescribeResource: { args: ["resource_type", "name", "namespace"], required: ["resource_type", "name"] },
  GetAppYAML: { args: ["app_name"], required: ["app_name"] },
  GetServiceDependencies: { args: ["service_name"], required: ["service_name"] },
  CheckServiceConnectivity: {
    args: ["namespace", "service_name", "port"],
    required: ["namespace", "service_name", "port"],
    numbers: ["port"],
  },
  GetAlerts: { args: [], required: [] },
  GetErrorLogs: { args: ["namespace", "service_name"], required: ["namespace", "service_name"] },
  GetRecentLogs: { args: ["namespace", "service_name"], required: ["namespace", "service_name"] },
  GetClusterConfiguration: { args: [], required: [] },
  CheckNodeServiceStatus: { args: ["node_name", "service_name"], required: ["node_name", "service_name"] },
};
export const TOOL_NAMES: readonly string[] = Object.keys(TOOLS);

/** Types that recordings hold. Another type is an error of the caller, as it is for kubectl. */
const TYPES = new Set(
  (
    "pods services deployments statefulsets daemonsets replicasets configmaps secrets persistentvolumeclaims " +
    "persistentvolumes storageclasses ingresses networkpolicies serviceaccounts endpoints namespaces nodes jobs " +
    "events resourcequota rolebindings"
  ).split(" "),
);

const invalid = (text: string): Observation => ({ kind: "invalid", text });

/**
 * Answers calls from a recording. Nothing is run. A call that was never recorded is answered as the tool would for
 * something that does not exist, with the kind `missing`: it costs a step and proves nothing.
 *
 * @param namespace of the application.
 */
export function toolCacheEnvironment(cache: ToolCache, namespace: string): Environment {
  const uniform = withPluralTypes(cache);
  return { act: async (action) => answerFrom(uniform, namespace, action) };
}

/** The namespace of the application: the one that most recorded calls name; null if none does. */
export function namespaceOf(cache: ToolCache): string | null {
  const named = Object.keys(cache).flatMap((key) => /"namespace":"([^"]+)"/.exec(key)?.[1] ?? []);
  const counted = [...Map.groupBy(named, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  return counted[0]?.[0] ?? null;
}

/** Some recordings hold `pod` beside `pods`: the key with the plural wins. */
function withPluralTypes(cache: ToolCache): ToolCache {
  const others = Object.entries(cache).map(([key, answer]) => [
    key.replace(/"resource_type":"([^"]+)"/, (_, type: string) => `"resource_type":"${inPlural(type)}"`),
    answer,
  ]);
  return { ...Object.fromEntries(others), ...cache };
}

function answerFrom(cache: ToolCache, namespace: string, { tool: name, args }: ToolCall): Observation {
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (tool === undefined) return invalid(`there is no tool ${name}; tools: ${TOOL_NAMES.join(", ")}`);
  const wrong = problemOf(name, tool, args);
  if (wrong !== null) return invalid(wrong);
  if (name === "GetResources") return listed(cache, namespace, args);
  if (name === "DescribeResource") {
    const [type, error] = typeOf(args);
    return error ?? lookUp(cache, keysOf(name, { ...args, resource_type: type }, namespace)) ?? notFound(type, args);
  }
  return lookUp(cache, [keyOf(name, args)]) ?? missing(name);
}

function problemOf(name: string, { args: known, required, numbers = [], flags = [] }: Tool, args: ToolCall["args"]) {
  const stranger = Object.keys(args).find((key) => !known.includes(key));
  if (stranger !== undefined) return `${name} takes no argument ${stranger}; its arguments: ${known.join(", ")}`;
  const absent = required.find((key) => args[key] === undefined || args[key] === "");
  if (absent !== undefined) return `${name} needs the argument ${absent}`;
  const mistyped = Object.entries(args).find(
    ([key, value]) => typeof value !== (numbers.includes(key) ? "number" : flags.includes(key) ? "boolean" : "string"),
  );
  return mistyped === undefined ? null : `${name}: the argument ${mistyped[0]} has the wrong type`;
}

function typeOf({ resource_type: given }: ToolCall["args"]): [string, Observation | null] {
  const type = inPlural(String(given));
  return [type, TYPES.has(type) ? null : invalid(`the server does not have a resource type "${String(given)}"`)];
}

/** Keys hold their arguments in the order of the tool's declaration. Flags that are false are left out. */
function keyOf(tool: string, args: ToolCall["args"]): string {
  const inOrder = (TOOLS[tool]?.args ?? []).flatMap((key) => {
    const value = args[key];
    return value === undefined || value === false ? [] : [[key, value] as const];
  });
  return `${tool}:${JSON.stringify(Object.fromEntries(inOrder))}`;
}

/** The keys under which a call may be recorded: objects without a namespace have three. */
function keysOf(tool: string, args: ToolCall["args"], namespace: string): string[] {
  const { namespace: given, ...rest } = args;
  const type = String(args.resource_type);
  const spaces = CLUSTER_WIDE.has(type) ? [undefined, "", namespace] : [given ?? namespace];
  return spaces.map((space) => keyOf(tool, space === undefined ? rest : { ...rest, namespace: space }));
}

function lookUp(cache: ToolCache, keys: readonly string[]): Observation | null {
  const key = keys.find((one) => Object.hasOwn(cache, one));
  return key === undefined ? null : { kind: "answer", text: cache[key] ?? "" };
}

const notFound = (type: string, { name }: ToolCall["args"]): Observation => ({
  kind: "missing",
  text: `Error from server (NotFound): ${type} "${String(name)}" not found`,
});

function missing(tool: string): Observation {
  return tool === "CheckServiceConnectivity"
    ? { kind: "missing", text: "Connection Failed" }
    : { kind: "missing", text: "not recorded" };
}

function listed(cache: ToolCache, namespace: string, args: ToolCall["args"]): Observation {
  const [type, error] = typeOf(args);
  if (error !== null) return error;
  if (args.output_wide === true && args.show_labels === true)
    return invalid("GetResources: output_wide and show_labels exclude each other");
  const { label_selector: selector, ...others } = args;
  const rest = { name: "", ...others, resource_type: type };
  const find = (some: ToolCall["args"]): Observation | null => lookUp(cache, keysOf("GetResources", some, namespace));
  if (selector !== undefined) {
    const direct = find({ ...rest, label_selector: selector });
    if (direct !== null && direct.text !== "") return direct;
    const [plain, labels, wide] = [
      find(rest),
      find({ ...rest, show_labels: true }),
      find({ ...rest, output_wide: true }),
    ];
    if (plain === null || (labels ?? wide) === null) return direct ?? noResources(namespace);
    return { kind: "answer", text: filterRows(plain.text, String(selector), [labels?.text ?? "", wide?.text ?? ""]) };
  }
  return find(rest) ?? (rest.name === "" ? noResources(namespace) : notFound(type, args));
}

const noResources = (namespace: string): Observation => ({
  kind: "missing",
  text: `No resources found in ${namespace} namespace.`,
});
