import type { Context } from "hono";
import type { AppEnv, Principal } from "./app-env.ts";
import { refusal } from "./problem.ts";

/** Who asks; a route behind the gate always knows. @throws {HTTPException} 401 */
export function principalOf(c: Context<AppEnv>): Principal {
  if (c.var.principal === null) throw refusal(401, "A key is needed.");
  return c.var.principal;
}

/** What the store remembers a request by: two askers may take the same key and mean two things. */
export const keyFor = (
  c: Context<AppEnv>,
  idempotencyKey: string | null,
): { idempotencyKey: string | null; by: string } => {
  const { id, name } = principalOf(c);
  return { idempotencyKey: idempotencyKey === null ? null : `${id}:${idempotencyKey}`, by: name };
};
