import type { Approval } from "../domain/approval.ts";
import type { Approver } from "../domain/approver.ts";
import type { Policy } from "../domain/policy.ts";
import { isOidcPerson, LOCAL_ID, nameOnRecord } from "../domain/web-session.ts";
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
  /** Who edited the action; absent or null if nobody did. */
  editor?: Approver | null | undefined;
  /** Who asked for this very action; absent or null if the analysis proposed it. */
  requester?: Approver | null | undefined;
  /** Approvals of the same bytes that have not expired. */
  given: readonly Pick<Approval, "approver">[];
};

/**
 * Checks that a person may approve an action, and how many approvals it still needs. Where two are needed, they are two
 * different people, whatever surface each uses, and neither asked for the analysis or edited
 * the action. Runs at each approval, and again
 * before anything is executed.
 */
export function checkAuthority({
  requirement,
  people,
  approver,
  proposer,
  editor,
  requester,
  given,
}: AuthorityInput): AuthorityCheck {
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
  const is = (one: Approver, other: Approver | null | undefined): boolean =>
    other != null && personOf(one, people) === personOf(other, people);
  if (is(approver, editor)) return refuse("proposer", `it ${needs}, and ${who} edited it`);
  if (is(approver, requester)) return refuse("proposer", `it ${needs}, and ${who} asked for it`);
  const others = new Set(
    given
      .map((approval) => approval.approver)
      .filter(
        (one) =>
          mayApprove(one) &&
          !isAnonymous(one) &&
          !isProposer(one, proposer, people) &&
          !is(one, editor) &&
          !is(one, requester),
      )
      .map((one) => personOf(one, people)),
  );
  // Both approvals may be on record without the decision: a process died in between. Either person completes it.
  if (others.has(personOf(approver, people)) && others.size < 2)
    return refuse("same_person", `it ${needs}, and ${who} approved it before`);
  return { ok: true, missing: Math.max(0, 1 - others.size) };
}

const refuse = (reason: AuthorityRefusal, why: string): AuthorityCheck => ({ ok: false, reason, why });

/** An API key, whether it came in a header or was used to sign in at the web pages: it is the same person. */
const isKey = ({ surface, id }: Approver): boolean => surface === "http" || (surface === "web" && !isOidcPerson(id));

/** A request on this machine without a key. It may be anybody, the first approver too. */
const isAnonymous = (approver: Approver): boolean => isKey(approver) && approver.id === LOCAL_ID;

/** The same string for the same person on every surface, as far as the policy knows them. */
export function personOf(approver: Approver, people: Policy["people"]): string {
  const known = entryOf(approver, people);
  if (known !== null) return `person:${known}`;
  return `${isKey(approver) ? "http" : approver.surface}:${approver.id}`;
}

function entryOf(approver: Approver, people: Policy["people"]): string | null {
  const { surface, id, name } = approver;
  const found = Object.entries(people).find(([, person]) =>
    // The name of an API key is on record; a name anywhere else is what somebody typed or may change.
    isKey(approver)
      ? [...person.http, ...person.web].some((one) => one === id || one === name)
      : person[surface].includes(id),
  );
  return found?.[0] ?? null;
}

const rolesOf = (approver: Approver, people: Policy["people"]): readonly string[] => {
  const known = entryOf(approver, people);
  return known === null ? [] : (people[known]?.roles ?? []);
};

function isProposer(approver: Approver, proposer: Proposer, people: Policy["people"]): boolean {
  if (proposer === null) return false;
  if (proposer === "any_cli") return approver.surface === "cli";
  const { name } = proposer;
  // A name of the identity provider may change, and two people may share one: the record has the id beside it.
  if (approver.surface === "web" && isOidcPerson(approver.id) && name.endsWith(onRecord(approver.id))) return true;
  if (name === approver.id || name === approver.name) return true;
  const known = entryOf(approver, people);
  const person = known === null ? undefined : people[known];
  if (person === undefined) return false;
  const slack = /\(?slack:[^/\s]+\/([^)\s]+)\)?$/.exec(name)?.[1];
  return (
    name === known ||
    [...person.cli, ...person.http].includes(name) ||
    person.web.some((id) => name === id || (isOidcPerson(id) && name.endsWith(onRecord(id)))) ||
    (slack !== undefined && person.slack.includes(slack))
  );
}

/** How a record ends that a person of the identity provider left. */
const onRecord = (personId: string): string => nameOnRecord({ personId, name: "" });
