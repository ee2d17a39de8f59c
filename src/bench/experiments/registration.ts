import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { programDigest } from "../../app/program-digest.ts";
import { IncidentError } from "../../domain/errors.ts";
import { writeWhole } from "../runs/write-whole.ts";
import { suiteDigest, suiteFiles } from "../runs/suite-files.ts";
import { suiteName } from "../suite-name.ts";
import { ExperimentPlan, planHash } from "./plan.ts";

/** A plan as it was recorded before the first run. `suites`: a hash of the cases of each suite, by name. */
const Registration = z.object({
  schema: z.literal("causeway.experiment/1"),
  sha256: z.string(),
  recordedAt: z.string(),
  program: z.string(),
  suites: z.record(z.string(), z.string()),
  plan: ExperimentPlan,
});
export type Registration = z.infer<typeof Registration>;

const FILE = "plan.json";
const HINT = "Give the folder that `causeway experiment run --out` names.";

/**
 * Reads the plan of an experiment's folder.
 *
 * @returns null if none was recorded there.
 * @throws {IncidentError} BAD_INPUT if the file was changed since: its hash no longer fits.
 */
export async function readRegistration(dir: string): Promise<Registration | null> {
  const path = join(dir, FILE);
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  let parsed;
  try {
    parsed = Registration.safeParse(JSON.parse(text));
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${path} is not JSON`, { hint: HINT, cause });
  }
  if (!parsed.success)
    throw new IncidentError(
      "BAD_INPUT",
      `${path} is not the plan of an experiment:\n${z.prettifyError(parsed.error)}`,
      {
        hint: HINT,
        cause: parsed.error,
      },
    );
  const { sha256, plan } = parsed.data;
  if (planHash(plan) !== sha256)
    throw new IncidentError("BAD_INPUT", `${path} was changed after it was recorded`, {
      hint: "A plan that changes after the first run proves nothing. Run the changed plan in a folder of its own.",
    });
  return parsed.data;
}

/**
 * Records a plan before its first run, or finds that it was recorded.
 *
 * @throws {IncidentError} REJECTED if the folder has another plan, or the suites changed since; NOT_FOUND when a suite has
 *   no case.
 */
export async function register(dir: string, plan: ExperimentPlan, nowMs: number): Promise<Registration> {
  const sha256 = planHash(plan);
  const suites = await digestsOf(plan);
  const before = await readRegistration(dir);
  if (before !== null) {
    const changed = before.sha256 !== sha256 ? "another plan" : "other cases in its suites";
    if (before.sha256 === sha256 && JSON.stringify(before.suites) === JSON.stringify(suites)) return before;
    throw new IncidentError("REJECTED", `${dir} holds an experiment with ${changed}, recorded ${before.recordedAt}`, {
      hint: "A plan is fixed before its first run. Give --out another folder for this one.",
    });
  }
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `${dir} cannot be made a folder`, { hint: "Give --out a folder.", cause });
  });
  const recorded: Registration = {
    schema: "causeway.experiment/1",
    sha256,
    recordedAt: new Date(nowMs).toISOString(),
    program: programDigest(),
    suites,
    plan,
  };
  await writeWhole(join(dir, FILE), `${JSON.stringify(recorded, null, 2)}\n`);
  return recorded;
}

async function digestsOf({ suites }: ExperimentPlan): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const dir of suites) {
    const name = suiteName(dir);
    if (Object.hasOwn(found, name))
      throw new IncidentError("BAD_INPUT", `two suites of the plan are called ${name}`, {
        hint: "Name each suite once; rename a folder if two have the same name.",
      });
    found[name] = await suiteDigest(await suiteFiles(dir));
  }
  return found;
}
