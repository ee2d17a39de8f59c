import type { Action } from "../domain/action.ts";
import type { Policy, PolicyMode, PolicyRule } from "../domain/policy.ts";
import { oneLine } from "./one-line.ts";
import { freezeAt, isWithin } from "./policy-time.ts";

/** What the rules look at. `entryShare`: 0 to 1; null if unknown. */
export type PolicyFacts = Pick<Action, "kind" | "reversible" | "risk"> & {
  environment: string;
  tier: string;
  blastRadius: Action["blastRadius"]["size"];
  entryShare: number | null;
};
/**
 * `rule`: the name of the rule that decided. `why`: the conditions that held. `roles`: who may approve; null: anybody.
 */
export type PolicyDecision = { mode: PolicyMode; rule: string; why: string; roles: readonly string[] | null };

const UNKNOWN = "unknown";

/** The facts of an action. `system`: of its incident. */
export function policyFacts(action: Action, system: string | null, policy: Policy): PolicyFacts {
  const { kind, reversible, risk, blastRadius, target } = action;
  const namespace = target.id.includes("/") ? target.id.split("/")[0] : null;
  const names = [target.id, namespace, system].filter((name) => name !== null && name !== undefined);
  return {
    kind,
    reversible,
    risk,
    blastRadius: blastRadius.size,
    entryShare: blastRadius.entryShare ?? null,
    environment: nameOf(policy.environments, names),
    tier: nameOf(policy.tiers, names),
  };
}

function nameOf(patterns: Readonly<Record<string, string>>, names: readonly string[]): string {
  const found = Object.entries(patterns).find(([pattern]) => names.some((name) => matches(pattern, name)));
  return found?.[1] ?? UNKNOWN;
}

function matches(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = rest.at(-1) ?? "";
  return name.length - last.length >= at && name.endsWith(last);
}

/**
 * Decides who must approve an action: the first rule whose conditions all hold. Where none does, two approvers. Only a
 * query ever runs without an approval, whatever a rule says.
 */
export function decidePolicy(facts: PolicyFacts, policy: Policy, nowMs: number): PolicyDecision {
  for (const rule of policy.rules) {
    const held = conditionsHeld(rule, facts, policy, nowMs);
    if (held === null) continue;
    const why = held.length === 0 ? "it has no conditions" : held.join(", ");
    const roles = rule.roles ?? null;
    if (rule.mode === "auto" && facts.kind !== "query")
      return { mode: "two_approvers", rule: rule.name, why: "only queries run without an approval", roles };
    return { mode: rule.mode, rule: rule.name, why, roles };
  }
  return { mode: "two_approvers", rule: "no rule", why: "no rule of the policy covers it", roles: null };
}

/** The conditions that held, in words; null if one did not. */
function conditionsHeld({ when }: PolicyRule, facts: PolicyFacts, policy: Policy, nowMs: number): string[] | null {
  const held: string[] = [];
  const check = (isHeld: boolean, words: string): boolean => (isHeld ? held.push(words) > 0 : false);
  const among = (wanted: readonly string[] | undefined, value: string, word: string): boolean =>
    wanted === undefined || check(wanted.includes(value), `${word} is ${oneLine(value, 40)}`);
  const freeze = when.frozen === undefined ? null : freezeAt(policy, nowMs);
  const share = facts.entryShare ?? 1;
  const all =
    among(when.kind, facts.kind, "kind") &&
    among(when.environment, facts.environment, "environment") &&
    among(when.tier, facts.tier, "tier") &&
    among(when.blastRadius, facts.blastRadius, "blast radius") &&
    among(when.risk, facts.risk, "risk") &&
    (when.reversible === undefined ||
      check(when.reversible === facts.reversible, facts.reversible ? "it can be undone" : "it cannot be undone")) &&
    (when.entryShareAtLeast === undefined ||
      check(
        share >= when.entryShareAtLeast,
        facts.entryShare === null
          ? "the share of entry points that depend on it is unknown, which counts as all"
          : `${Math.round(share * 100)} % of the entry points depend on it`,
      )) &&
    (when.frozen === undefined ||
      check(when.frozen === (freeze !== null), freeze === null ? "no freeze" : `freeze "${freeze.name}"`)) &&
    (when.hours === undefined ||
      check(
        isWithin(when.hours, nowMs, policy.zone),
        `the time is in ${when.hours.from}-${when.hours.to} ${policy.zone}`,
      ));
  return all ? held : null;
}

const MODE_WORDS: Readonly<Record<PolicyMode, string>> = {
  auto: "needs no approval",
  one_approver: "needs one approver",
  two_approvers: "needs two different approvers",
  forbidden: "is forbidden",
};

/** The decision as a sentence without its full stop: `needs one approver (rule "changes": …)`. */
export const policySentence = ({ mode, rule, why, roles }: PolicyDecision): string =>
  `${MODE_WORDS[mode]}${roles === null ? "" : ` with the role ${roles.join(" or ")}`} (rule "${rule}": ${why})`;
