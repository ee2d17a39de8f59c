import { createHash } from "node:crypto";
import { z } from "zod";
import type { Action } from "./action.ts";
import { Approver } from "./approver.ts";
import { canonicalJson } from "./canonical-json.ts";
import { PolicyMode } from "./policy.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Hashes of everything that an approval covers. */
export const ApprovalBinding = z.object({ script: Sha256, target: Sha256, parameters: Sha256, preconditions: Sha256 });
export type ApprovalBinding = z.infer<typeof ApprovalBinding>;

/**
 * One person's approval of an action. It covers exactly what `binding` hashes, until `expiresAtMs`. `mode`, `rule`:
 * what the policy demanded then.
 */
export const Approval = z.object({
  actionId: z.string(),
  approver: Approver,
  binding: ApprovalBinding,
  mode: PolicyMode,
  rule: z.string(),
  atMs: z.number(),
  expiresAtMs: z.number(),
});
export type Approval = z.infer<typeof Approval>;

type Bound = Pick<Action, "script" | "target" | "preconditions"> & { parameters?: readonly unknown[] | undefined };

/** What an approval of this action, as it is now, covers. */
export const bindingOf = ({ script, target, preconditions, parameters = [] }: Bound): ApprovalBinding => ({
  script: sha256Of(script),
  target: sha256Of(canonicalJson(target)),
  parameters: sha256Of(canonicalJson(parameters)),
  preconditions: sha256Of(canonicalJson(preconditions)),
});

/** One hash over a whole binding. */
export const bindingSha256 = (binding: ApprovalBinding): string => sha256Of(canonicalJson(binding));

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");
