import { workloadOfPod } from "../../domain/pod-names.ts";
import { OBJECTS_TOOL } from "../../domain/telemetry.ts";
import { pluralType, type ToolAnswer } from "../answers.ts";
import { fieldsOf, type JsonFields, textOf } from "../fields.ts";
import { blocksOf, type PastedBlock } from "./blocks.ts";
import { cleaned } from "./clean.ts";
import { completeItems } from "./json-parts.ts";
import { keptRows } from "./table-rows.ts";
import { typeOfDescription, typeOfPath, typeOfTable } from "./types-of-text.ts";
import { type YamlBudget, yamlBudget, yamlObjects } from "./yaml-parts.ts";

/** Lines of a log that are kept: the last ones. */
const MAX_LOG_LINES = 200;

/** What one file holds. `skipped`: what could not be read, for people. */
export type PastedFile = { answers: ToolAnswer[]; skipped: string[] };

type Source = { path: string; source: string };

/**
 * Reads text that somebody pasted or dumped: `kubectl get`, `describe`, `events` and `logs`, with or without prompts
 * and colours; JSON and YAML of objects and lists; also cut off, and several after one another.
 *
 * @param source the query that gave the file, for evidence.
 * @param yaml what all files of one reading share.
 */
export function readPasted(text: string, { path, source }: Source, yaml: YamlBudget = yamlBudget()): PastedFile {
  const plain = cleaned(text);
  const clean = `${commandInName(path)}${plain}`;
  const blocks = isLogFile(path) && !LOG_MARKER.test(plain) ? [logBlock(plain, path)] : blocksOf(clean);
  const takenAt = newestTime(clean);
  const read = blocks.map((block) => answersOf(block, { path, source, takenAt, yaml }));
  return {
    answers: withNamespace(read.flatMap(({ answers }) => answers)),
    skipped: read.flatMap(({ skipped }) => skipped),
  };
}

const isLogFile = (path: string): boolean => /(^|[/-])logs?(-previous)?\.txt$|\.log(\.gz)?$/.test(path);
/** `kubectl cluster-info dump` begins the log of each container so, also in a file of its own. */
const LOG_MARKER = /^==== START logs for container /m;

/** sosreport names a file after the command whose output it holds: `kubectl_get_pods_-n_shop`. */
function commandInName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^(kubectl|oc)_/.test(name) ? `$ ${name.replaceAll("_", " ")}\n` : "";
}

/** `<pod>/<container>/<container>/logs/previous.log`, as must-gather writes it. */
const NESTED_LOG = /([^/]+)\/[^/]+\/([^/]+)\/logs\/(?:current|previous|previous\.insecure)\.log(?:\.gz)?$/;

/** A log file of a support bundle: `<pod>/logs.txt`, `<pod>/<container>-previous.log`. */
function logBlock(text: string, path: string): PastedBlock {
  const [file = "", parent = ""] = path.split("/").toReversed();
  const [, folder = parent, container = file.replace(/(-logs|-previous)*\.(txt|log)(\.gz)?$/, "")] =
    NESTED_LOG.exec(path) ?? [];
  const command = { verb: "logs", types: ["pods"], names: [folder], namespace: "", container, isWhole: false };
  return { kind: "log", text, command };
}

type Context = Source & { takenAt: string | null; yaml: YamlBudget };
type Read = { answers: ToolAnswer[]; skipped: string[] };

function answersOf(block: PastedBlock, context: Context): Read {
  const { command, text } = block;
  const namespace = command?.namespace ?? "";
  const answer = (tool: string, type: string, content: string, name = ""): ToolAnswer => ({
    tool,
    type,
    name,
    namespace,
    text: content,
    source: context.source,
  });
  switch (block.kind) {
    case "table":
      return tableAnswers(block, answer);
    case "description": {
      const type = typeOfDescription(text) ?? (command?.types.length === 1 ? command.types[0] : undefined);
      const name = /^Name:\s+(\S+)/.exec(text)?.[1] ?? "";
      return type === undefined
        ? { answers: [], skipped: [`the description of ${name}: its type is not known`] }
        : { answers: [answer("DescribeResource", type, text)], skipped: [] };
    }
    case "json": {
      if (!OBJECTS.test(text)) return { answers: [], skipped: ["JSON without Kubernetes objects"] };
      const whole = block.isCut ? completeItems(text) : text;
      const type = command?.types[0] ?? typeOfPath(context.path);
      const content = withTime(whole, context.takenAt);
      const cut = block.isCut ? ["a JSON list is cut off; the objects before the cut were read"] : [];
      return content === null
        ? { answers: [], skipped: ["JSON that is not valid"] }
        : { answers: [answer(OBJECTS_TOOL, type, content)], skipped: cut };
    }
    case "yaml":
      return yamlAnswers(text, context, answer);
    case "log": {
      const pod = command?.names[0] ?? "";
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      const service = command?.types[0] === "pods" ? (workloadOfPod(pod) ?? pod) : pod;
      const kept = JSON.stringify({ [command?.container ?? ""]: lines.slice(-MAX_LOG_LINES) });
      return { answers: lines.length === 0 ? [] : [answer("PastedErrorLogs", "pods", kept, service)], skipped: [] };
    }
  }
}

/** Fields that objects of Kubernetes and their lists have. */
const OBJECTS = /"(?:kind|items|metadata)"\s*:/;

type MakeAnswer = (tool: string, type: string, content: string, name?: string) => ToolAnswer;

/** `kubectl get all` prints a table for each type, with the type before each name: `deployment.apps/shop`. */
function tableAnswers({ text, command }: PastedBlock, answer: MakeAnswer): Read {
  const [heading = "", ...lines] = text.split("\n");
  const { rows, left } = keptRows(lines);
  const prefix = /^(?:\S+\s{2,})?([a-z][a-z0-9.]*)\/\S+/.exec(rows[0] ?? "")?.[1];
  const wanted = command?.types.length === 1 && command.types[0] !== "all" ? command.types[0] : undefined;
  const type =
    prefix !== undefined && typeOfTable(heading) !== "events" ? pluralType(prefix) : (typeOfTable(heading) ?? wanted);
  if (type === undefined || type === null)
    return { answers: [], skipped: [`a table of an unknown type: ${heading.slice(0, 80)}`] };
  const plain =
    prefix === undefined || type === "events"
      ? [heading, ...rows].join("\n")
      : [
          heading,
          ...rows.map((row) =>
            row.replace(
              /(^|\s{2,})[a-z][a-z0-9.]*\/(\S+)/,
              (_match, gap: string, name: string) => `${gap}${name}${" ".repeat(prefix.length + 1)}`,
            ),
          ),
        ].join("\n");
  const isWhole = command !== null && command.verb === "get" && command.isWhole && left === 0;
  return {
    answers: [answer(isWhole ? "GetResources" : "PastedResources", type, plain)],
    skipped: left === 0 ? [] : [`${left} of ${rows.length + left} rows of a table of ${type}: it is too long`],
  };
}

function isLive({ status, metadata }: JsonFields): boolean {
  const { uid, creationTimestamp } = fieldsOf(metadata);
  return status !== undefined || typeof uid === "string" || typeof creationTimestamp === "string";
}

function nameOf(object: JsonFields | undefined): string {
  const { name } = fieldsOf(object?.metadata);
  return typeof name === "string" ? name : "";
}

/** Objects that a cluster gave have a status or an identity; others are what somebody declares. */
function yamlAnswers(text: string, { takenAt, yaml }: Context, answer: MakeAnswer): Read {
  const { objects, skipped, unread } = yamlObjects(text, yaml);
  const live = objects.filter(isLive);
  const declared = objects.filter((object) => !isLive(object));
  const main =
    declared.find(({ kind }) => /^(Deployment|StatefulSet|DaemonSet)$/.test(textOf(kind) ?? "")) ?? declared[0];
  return {
    answers: [
      ...(live.length === 0
        ? []
        : [answer(OBJECTS_TOOL, "", JSON.stringify({ kind: "List", metadata: { takenAt }, items: live }))]),
      ...(declared.length === 0
        ? []
        : [answer("PastedYAML", "", declared.map((object) => JSON.stringify(object)).join("\n---\n"), nameOf(main))]),
    ],
    skipped: [
      ...(skipped > 0 ? [`${skipped} parts of YAML that are not valid or cut off`] : []),
      ...(unread > 0 ? [`${unread} objects in YAML: it is too much; JSON is read much faster`] : []),
    ],
  };
}

/** A list or an object in a list with the time of reading; null if the text is not JSON. */
function withTime(text: string, takenAt: string | null): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  return `{"kind":"List","metadata":${JSON.stringify({ takenAt })},"items":[${text}]}`;
}

/** Fields of objects with times in the past. */
const TIME_FIELDS =
  "lastTimestamp|firstTimestamp|eventTime|lastObservedTime|lastTransitionTime|lastUpdateTime|lastHeartbeatTime" +
  "|startedAt|finishedAt|creationTimestamp";
const TIME = new RegExp(`"?(?:${TIME_FIELDS})"?: ?"?(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z)`, "g");

/** The newest time in a dump: it was made then, or later. */
function newestTime(text: string): string | null {
  let newest: string | null = null;
  for (const [, time = ""] of text.matchAll(TIME)) if (newest === null || time > newest) newest = time;
  return newest;
}

/** Output that names no namespace belongs to the one that the rest of the file names, if that is one. */
function withNamespace(answers: readonly ToolAnswer[]): ToolAnswer[] {
  const named = new Set(
    answers.flatMap(({ tool, namespace, text }) => [
      namespace,
      ...(tool === "DescribeResource" ? [/^Namespace:\s+(\S+)/m.exec(text)?.[1] ?? ""] : []),
    ]),
  );
  named.delete("");
  const [only] = named;
  return only === undefined || named.size > 1
    ? [...answers]
    : answers.map((one) =>
        one.namespace === "" && one.tool.endsWith("Resources") ? { ...one, namespace: only } : one,
      );
}
