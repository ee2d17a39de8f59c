import type { ActionKind } from "../domain/policy.ts";
import type { RunbookStep } from "../domain/runbook.ts";
import { isChange, readCommands } from "./step-commands.ts";
import { literal, type Word } from "./step-words.ts";

/** From what affects most to what affects least: a step with several changes has the first that occurs. */
const GRAVEST_FIRST: readonly ActionKind[] = [
  "node",
  "traffic",
  "rollback",
  "config",
  "flag",
  "limit",
  "scale",
  "restart",
  "silence",
  "other",
];

const BY_VERB: Readonly<Record<string, ActionKind>> = {
  "rollout restart": "restart",
  "rollout undo": "rollback",
  scale: "scale",
  autoscale: "scale",
  "set resources": "limit",
  cordon: "node",
  uncordon: "node",
  drain: "node",
  taint: "node",
};
/** Objects that a patch, label or deletion is about. */
const BY_OBJECT: readonly (readonly [RegExp, ActionKind])[] = [
  [/^(nodes?|no)$/, "node"],
  [
    /^(services?|svc|ingress(es)?|ing|endpoints?|networkpolic(y|ies)|netpol|virtualservices?|destinationrules?|httproutes?|gateways?)$/,
    "traffic",
  ],
  [/^(hpa|horizontalpodautoscalers?)$/, "scale"],
  [/^(resourcequotas?|quota|limitranges?|limits|persistentvolumeclaims?|pvc)$/, "limit"],
];
const PROGRAMS: Readonly<Record<string, ActionKind>> = { amtool: "silence", flagd: "flag", unleash: "flag" };

/**
 * What the commands of a step change. Only a step without a change is a query. A change that is not known is `other`;
 * a patch or setting of anything else is `config`.
 */
export function actionKindOf({ script }: Pick<RunbookStep, "script">): ActionKind {
  const read = readCommands(script);
  if (!read.ok) return "other";
  const kinds = new Set(
    read.commands.flatMap((command) => (isChange(command) && "argv" in command ? [kindOf(command.argv)] : [])),
  );
  return kinds.size === 0 ? "query" : (GRAVEST_FIRST.find((kind) => kinds.has(kind)) ?? "other");
}

function kindOf(argv: readonly Word[]): ActionKind {
  const words = argv.map((word) => literal(word) ?? startOf(word));
  const [program = "", verb = "", second = ""] = words;
  if (program !== "kubectl") return PROGRAMS[program] ?? "other";
  const known = BY_VERB[`${verb} ${second}`] ?? BY_VERB[verb];
  if (known !== undefined) return known;
  const object = (second.split("/")[0] ?? "").split(".")[0]?.toLowerCase() ?? "";
  const byObject = BY_OBJECT.find(([pattern]) => pattern.test(object))?.[1];
  if (byObject !== undefined && verb !== "annotate") return byObject;
  if (verb === "delete") return /^(pods?|po)$/.test(object) ? "restart" : "other";
  return verb === "patch" || verb === "set" ? "config" : "other";
}

/** The plain text that a word with a parameter begins with. */
const startOf = (word: Word): string => (word[0]?.kind === "text" ? word[0].text : "");
