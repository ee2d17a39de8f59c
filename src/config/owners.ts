import { z } from "zod";
import { type Env, set } from "./env.ts";
import { readYamlFile } from "./yaml-file.ts";

/** Who answers for what: `orders-*: checkout`. Of the patterns that fit an entity the first counts; `*` stands for any run of characters. */
const Owners = z.record(z.string().min(1), z.string().min(1));
/** In the configuration file: the owners themselves, or a file of them. */
export const OwnersFile = z.union([z.string(), Owners]);
export type OwnersConfig = readonly { pattern: string; team: string }[];

/** Flag over `CAUSEWAY_OWNERS` over the configuration file; each may name a YAML file. @throws {IncidentError} CONFIG */
export function readOwners(
  flag: string | undefined,
  env: Env,
  file: z.infer<typeof OwnersFile> | undefined,
): OwnersConfig {
  const told = set(flag) ?? set(env.CAUSEWAY_OWNERS) ?? file ?? {};
  const owners =
    typeof told === "string"
      ? readYamlFile(told, Owners, {
          what: "the file of owners",
          hint: "It takes YAML, a line for each pattern: `orders-*: checkout-team`.",
        })
      : told;
  return Object.entries(owners).map(([pattern, team]) => ({ pattern, team }));
}
