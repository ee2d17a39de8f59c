import { resolve } from "node:path";
import { z } from "zod";
import { type Env, set } from "./env.ts";

const Place = z.strictObject({ file: z.string().min(1), entry: z.string().min(1).optional() });
/** In the configuration file: the file itself, or the file and where requests come in. */
export const TopologyFile = z.union([
  z
    .string()
    .min(1)
    .transform((file): z.infer<typeof Place> => ({ file })),
  Place,
]);

/** `file`: in the form of a scenario's `topology.json`. `entry`: where requests come in; null where nobody told. */
export type TopologyConfig = { file: string; entry: string | null };

/** `CAUSEWAY_TOPOLOGY` over the configuration file, for the file alone. `null`: who calls whom is not told. */
export function readTopology(env: Env, told: z.infer<typeof TopologyFile> | undefined): TopologyConfig | null {
  const file = set(env.CAUSEWAY_TOPOLOGY) ?? told?.file;
  return file === undefined ? null : { file: resolve(file), entry: told?.entry ?? null };
}
