import type { Action } from "../domain/action.ts";

/** What a person needs in order to approve a new action: its hash, what the policy demands, and the command. */
export const approvalLines = ({
  id,
  scriptSha256,
  requirement,
}: Pick<Action, "id" | "scriptSha256" | "requirement">) => [
  `SHA-256:  ${scriptSha256}`,
  ...(requirement === undefined ? [] : [`It ${requirement.sentence}.`]),
  `Approve it:  causeway approve ${id}`,
];
