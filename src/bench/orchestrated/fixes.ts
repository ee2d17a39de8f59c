import type { Report } from "../../domain/report.ts";
import { changeCommands, scriptNamespace } from "../../render/script-commands.ts";
import { shellText } from "./call-text.ts";

/** Changes that may be made without a person, in a benchmark: these verbs, in this namespace. Null: none. */
export type AutoApproval = { namespace: string } | null;

export const APPROVED_VERBS = ["patch", "scale", "rollout", "set"] as const;
/** More than any plan has. */
export const MAX_SCRIPT_CALLS = 5;

/** One word that no shell changes; between single quotes it may be the JSON of a patch. */
const WORD = String.raw`(?:[\w./:=,@-]|'[\w ./:=,@"{}[\]-]*')+`;
const COMMAND = new RegExp(`^kubectl (${APPROVED_VERBS.join("|")})((?: ${WORD})+)$`);
/**
 * Flags that say what the change is. Any other could lead to another namespace, cluster or user, to every object, or to
 * a file. So could `--`: a namespace behind it is no flag.
 */
const FLAG = /^(?:--(?:type|patch|replicas|current-replicas|to-revision|containers|limits|requests)=|-p$)/;
/** Objects of a namespace. Nodes, roles and volumes belong to the whole cluster. */
const TARGET =
  /^(?:deployment|statefulset|daemonset|replicaset|service|configmap|horizontalpodautoscaler)s?(?:\.\w+)?(?:\/|$)/i;
/** What `kubectl rollout` and `kubectl set` do comes before their target. */
const WITH_SUBCOMMAND = new Set(["rollout", "set"]);

/** The policy in words, for the report of a session. */
export const policyWords = (policy: AutoApproval): string =>
  policy === null
    ? "no change was approved: a person decides"
    : `auto-approved in a benchmark: kubectl ${APPROVED_VERBS.join(", ")} in namespace ${policy.namespace}`;

/**
 * The changes of the plan that the policy approves, as calls of the environment. Nothing is approved for an object of
 * another namespace or of the whole cluster, for another verb or flag, or for a command that a shell would change.
 */
export function approvedCalls(actions: Report["actions"], namespace: string, policy: AutoApproval): string[] {
  if (policy === null || policy.namespace !== namespace) return [];
  return actions
    .filter(({ script }) => (scriptNamespace(script) ?? namespace) === namespace)
    .flatMap(({ script }) => changeCommands(script))
    .filter(isApproved)
    .slice(0, MAX_SCRIPT_CALLS)
    .map((command) => shellText(`${command} -n ${namespace}`));
}

function isApproved(command: string): boolean {
  const [, verb = "", rest] = COMMAND.exec(command) ?? [];
  const words = rest?.match(new RegExp(WORD, "g")) ?? [];
  const names = words.filter((word) => !word.startsWith("-"));
  const target = names[WITH_SUBCOMMAND.has(verb) ? 1 : 0] ?? "";
  return (
    TARGET.test(target) && words.every((word) => !word.includes("'-") && (!word.startsWith("-") || FLAG.test(word)))
  );
}
