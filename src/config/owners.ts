import { z } from "zod";
import { type Env, set } from "./env.ts";
import { readYamlFile } from "./yaml-file.ts";

/** Maps entities to teams: `orders-*: checkout`. The first pattern that matches counts; `*` matches any characters. */
const Owners = z.record(z.string().min(1), z.string().min(1));
const HINT = "give lines such as `orders-*: checkout-team`, or the path of a YAML file with such lines";
/** In the configuration file: the map itself, or the path of a YAML file with it. */
export const OwnersFile = z.union([z.string(), Owners], { error: HINT });
export type OwnersConfig = readonly { pattern: string; team: string }[];

/** Flag over `CAUSEWAY_OWNERS` over `owners`; each may name a YAML file. @throws {IncidentError} CONFIG */
export function readOwners(
  flag: string | undefined,
  env: Env,
  file: z.infer<typeof OwnersFile> | undefined,
): OwnersConfig {
  const configured = set(flag) ?? set(env.CAUSEWAY_OWNERS) ?? file ?? {};
  const owners =
    typeof configured === "string"
      ? readYamlFile(configured, Owners, {
          what: "the owners file",
          hint: "Write YAML with one line for each pattern, such as `orders-*: checkout-team`.",
        })
      : configured;
  return Object.entries(owners).map(([pattern, team]) => ({ pattern, team }));
}
