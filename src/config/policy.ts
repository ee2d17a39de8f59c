import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Policy, safePolicy } from "../domain/policy.ts";
import { type Env, set } from "./env.ts";
import { readYamlFile } from "./yaml-file.ts";

/**
 * The file in `CAUSEWAY_POLICY`, else `policy.yaml` in the home folder, else the policy that comes with Causeway.
 *
 * @throws {IncidentError} CONFIG naming each wrong key with its line.
 */
export function readPolicy(env: Env, home: string): Policy {
  const configured = set(env.CAUSEWAY_POLICY);
  const path = configured === undefined ? join(home, "policy.yaml") : resolve(configured);
  if (configured === undefined && !existsSync(path)) return safePolicy();
  return readYamlFile(path, Policy, {
    what: "the policy",
    hint: "Correct the file (docs/remediation.md describes it). Nothing can be approved until then.",
    withLines: true,
  });
}
