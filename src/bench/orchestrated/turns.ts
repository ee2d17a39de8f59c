import { z } from "zod";
import type { ClusterRequest } from "../../cluster/requests/request.ts";

/** What a call was made for. `fix`: a change that a policy approved. */
const Purpose = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cluster"), request: z.custom<ClusterRequest>() }),
  z.object({ kind: z.literal("find-traces") }),
  z.object({ kind: z.literal("read-traces") }),
  z.object({ kind: z.literal("fix") }),
  z.object({ kind: z.literal("submit") }),
]);
export type Purpose = z.infer<typeof Purpose>;

/** One call and its observation. `call`: as it was sent, such as `get_logs("shop", "cart")`. */
export const ObservedCall = z.object({
  call: z.string(),
  thought: z.string(),
  purpose: Purpose,
  observation: z.string(),
});
export type ObservedCall = z.infer<typeof ObservedCall>;
/** A call that waits for its observation. */
export type NextCall = Omit<ObservedCall, "observation">;
