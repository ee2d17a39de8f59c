import type { Approval, Approver } from "../domain/approval.ts";
import type { Policy } from "../domain/policy.ts";
import { oneLine } from "./one-line.ts";
import { type PolicyDecision, policySentence } from "./policy.ts";

/**
 * Who asked for the analysis that proposed an action: the name on record. Null: nobody did (alerts started it).
 * `any_cli`: somebody at the command line whose name is not known.
 */
export type Proposer = { name: string } | "any_cli" | null;

export type AuthorityRefusal = "forbidden" | "no_role" | "anonymous" | "proposer" | "same_person";
/** `missing`: how many more approvals the action needs after this one. */
export type AuthorityCheck = { ok: true; missing: number } | { ok: false; reason: AuthorityRefusal; why: string };

type AuthorityInput = {
  requirement: PolicyDecision;
  people: Policy["people"];
  approver: Approver;
  proposer: Proposer;
  /** Approvals of the same bytes that have not expired. */
  given: readonly Pick<Approval, "approver">[];
};

/**
 * Checks that a person may approve an action, and how many approvals it still needs. Where two are needed, they are two
 * different people, whatever surface each uses, and neither asked for the analysis. Runs at each approval, and again
 * before anything is executed.
 */
export function checkAuthority({ requirement, people, approver, proposer, given }: AuthorityInput): AuthorityCheck {
  const needs = policySentence(requirement);
  const who = oneLine(approver.name, 80);
  if (requirement.mode === "forbidden") return refuse("forbidden", `by the policy it ${needs}`);
  const mayApprove = (one: Approver): boolean =>
    requirement.roles === null || requirement.roles.some((role) => rolesOf(one, people).includes(role));
  if (!mayApprove(approver)) return refuse("no_role", `it ${needs}, and ${who} has no such role`);
  if (requirement.mode !== "two_approvers") return { ok: true, missing: 0 };
  if (isAnonymous(approver)) return refuse("anonymous", `it ${needs}, and a request without a key names nobody`);
  if (isProposer(approver, proposer, people))
    return refuse("proposer", `it ${needs}, and ${who} asked for the analysis that proposed it`);
  const others = new Set(
    given
      .map((approval) => approval.approver)
      .filter((one) => mayApprove(one) && !isAnonymous(one) && !isProposer(one, proposer, people))
      .map((one) => personOf(one, people)),
  );
  // Both approvals may be on record without the decision: a process died in between. Either person completes it.
  if (others.has(personOf(approver, people)) && others.size < 2)
    return refuse("same_person", `it ${needs}, and ${who} approved it before`);
  return { ok: true, missing: Math.max(0, 1 - others.size) };
}

const refuse = (reason: AuthorityRefusal, why: string): AuthorityCheck => ({ ok: false, reason, why });

/** A request on this machine without a key. It may be anybody, the first approver too. */
const isAnonymous = ({ surface, id }: Approver): boolean => surface === "http" && id === "local";

/** The same string for the same person on every surface, as far as the policy knows them. */
export function personOf(approver: Approver, people: Policy["people"]): string {
  const known = entryOf(approver, people);
  return known === null ? `${approver.surface}:${approver.id}` : `person:${known}`;
}

const entryOf = ({ surface, id, name }: Approver, people: Policy["people"]): string | null =>
  Object.entries(people).find(([, person]) =>
    // The name of an API key is on record; a name at the command line or in Slack is what somebody typed.
    person[surface].some((one) => one === id || (surface === "http" && one === name)),
  )?.[0] ?? null;

const rolesOf = (approver: Approver, people: Policy["people"]): readonly string[] => {
  const known = entryOf(approver, people);
  return known === null ? [] : (people[known]?.roles ?? []);
};

function isProposer(approver: Approver, proposer: Proposer, people: Policy["people"]): boolean {
  if (proposer === null) return false;
  if (proposer === "any_cli") return approver.surface === "cli";
  const { name } = proposer;
  if (name === approver.id || name === approver.name) return true;
  const known = entryOf(approver, people);
  const person = known === null ? undefined : people[known];
  if (person === undefined) return false;
  const slack = /\(?slack:[^/\s]+\/([^)\s]+)\)?$/.exec(name)?.[1];
  return (
    name === known ||
    [...person.cli, ...person.http].includes(name) ||
    (slack !== undefined && person.slack.includes(slack))
  );
}
