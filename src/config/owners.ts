import { readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, set } from "./env.ts";

/** Who answers for what: `orders-*: checkout`. Of the patterns that fit an entity the first counts; `*` stands for any run of characters. */
const Owners = z.record(z.string().min(1), z.string().min(1));
/** In the configuration file: the owners themselves, or a file of them. */
export const OwnersFile = z.union([z.string(), Owners]);
export type OwnersConfig = readonly { pattern: string; team: string }[];

/** Flag over `CAUSEWAY_OWNERS` over the configuration file; each may name a YAML file. @throws {IncidentError} CONFIG */
export function readOwners(flag: string | undefined, env: Env, file: z.infer<typeof OwnersFile> | undefined): OwnersConfig {
  const told = set(flag) ?? set(env.CAUSEWAY_OWNERS) ?? file ?? {};
  const owners = typeof told === "string" ? readOwnersFile(told) : told;
  return Object.entries(owners).map(([pattern, team]) => ({ pattern, team }));
}

function readOwnersFile(path: string): z.infer<typeof Owners> {
  const fail = (why: string, cause: unknown): IncidentError =>
    new IncidentError("CONFIG", `the owners in ${path} ${why}`, { hint: "It takes YAML, a line for each pattern: `orders-*: checkout-team`.", cause });
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, "utf8"), { logLevel: "silent" }) ?? {};
  } catch (cause) {
    throw fail("cannot be read", cause);
  }
  const parsed = Owners.safeParse(content);
  if (!parsed.success) throw fail(`are not valid:\n${z.prettifyError(parsed.error)}`, parsed.error);
  return parsed.data;
}
