import { z } from "zod";

/**
 * What the cluster showed of a workload. `desired`, `ready`: replicas; null if not reported. `stopsFirst`: a rollout
 * stops all of its pods before it starts new ones (strategy `Recreate`).
 */
export const ReplicaState = z.object({
  desired: z.number().nullable(),
  ready: z.number().nullable(),
  stopsFirst: z.boolean(),
});
export type ReplicaState = z.infer<typeof ReplicaState>;
