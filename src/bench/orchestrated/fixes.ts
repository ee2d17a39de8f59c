import type { Report } from "../../domain/report.ts";
import { changeCommands } from "../../render/script-commands.ts";
import { shellText } from "./call-text.ts";

/** Changes that may be made without a person, in a benchmark: these verbs, in this namespace. Null: none. */
export type AutoApproval = { namespace: string } | null;

export const APPROVED_VERBS = ["patch", "scale", "rollout", "set"] as const;
/** More than any plan has. */
export const MAX_SCRIPT_CALLS = 5;

const COMMAND = new RegExp(`^kubectl (${APPROVED_VERBS.join("|")}) `);
/** No character that a shell would read as more than a word. */
const PLAIN = /^[\w\s./:=,@"'{}[\]-]+$/;

/** The policy in words, for the report of a session. */
export const policyWords = (policy: AutoApproval): string =>
  policy === null
    ? "no change was approved: a person decides"
    : `auto-approved in a benchmark: kubectl ${APPROVED_VERBS.join(", ")} in namespace ${policy.namespace}`;

/**
 * The changes of the plan that the policy approves, as calls of the environment. Nothing is approved for another
 * namespace, for another verb, or for a command with characters of the shell.
 */
export function approvedCalls(actions: Report["actions"], namespace: string, policy: AutoApproval): string[] {
  if (policy === null || policy.namespace !== namespace) return [];
  return actions
    .flatMap(({ script }) => changeCommands(script))
    .filter((command) => COMMAND.test(command) && PLAIN.test(command))
    .slice(0, MAX_SCRIPT_CALLS)
    .map((command) => shellText(`${command} -n ${namespace}`));
}
