import type { Context } from "hono";
import type { AppEnv, Principal } from "./app-env.ts";
import { refusal } from "./problem.ts";

/** The principal of a request. Routes behind the gate always have one. @throws {HTTPException} 401 */
export function principalOf(c: Context<AppEnv>): Principal {
  if (c.var.principal === null) throw refusal(401, "This request needs a key.");
  return c.var.principal;
}

/** The idempotency key in the store, made unique for each principal: two may choose the same key. */
export const keyFor = (
  c: Context<AppEnv>,
  idempotencyKey: string | null,
): { idempotencyKey: string | null; by: string } => {
  const { id, name } = principalOf(c);
  return { idempotencyKey: idempotencyKey === null ? null : `${id}:${idempotencyKey}`, by: name };
};
