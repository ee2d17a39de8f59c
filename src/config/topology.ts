import { resolve } from "node:path";
import { z } from "zod";
import { type Env, set } from "./env.ts";

const TopologySection = z.strictObject({ file: z.string().min(1), entry: z.string().min(1).optional() });
/** In the configuration file: the path alone, or the path and the entry service. */
export const TopologyFile = z.union([
  z
    .string()
    .min(1)
    .transform((file): z.infer<typeof TopologySection> => ({ file })),
  TopologySection,
]);

/** `file`: like a scenario's `topology.json`. `entry`: the service where requests enter; null when not configured. */
export type TopologyConfig = { file: string; entry: string | null };

/** `CAUSEWAY_TOPOLOGY` overrides `topology.file`, not `topology.entry`. `null`: no topology is configured. */
export function readTopology(env: Env, section: z.infer<typeof TopologyFile> | undefined): TopologyConfig | null {
  const file = set(env.CAUSEWAY_TOPOLOGY) ?? section?.file;
  return file === undefined ? null : { file: resolve(file), entry: section?.entry ?? null };
}
