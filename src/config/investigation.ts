import { z } from "zod";
import { type Env, fromEnv } from "./env.ts";
import { Count, NO_NUMBER, numberOf } from "./numbers.ts";

const Limits = z.strictObject({
  calls: Count.optional(),
  tokens: Count.optional(),
  usd: numberOf(z.number(NO_NUMBER).positive("give a number above 0")).optional(),
  seconds: Count.optional(),
});
export const InvestigationFile = z.union([z.literal("off"), Limits]);

const FORM = "write for example: 12 calls, 150000 tokens, 0.50 usd, 90 seconds (or: off)";
/** "12 calls, 0.50 usd" */
const LimitsText = z.string().transform((text, context): z.infer<typeof InvestigationFile> => {
  if (text.trim().toLowerCase() === "off") return "off";
  const parts = text.split(",").map((part) => part.trim().split(/\s+/));
  const read = Limits.safeParse(Object.fromEntries(parts.map(([value, unit = ""]) => [unit.toLowerCase(), value])));
  if (read.success && parts.every((part) => part.length === 2)) return read.data;
  context.addIssue({ code: "custom", message: FORM });
  return z.NEVER;
});

/** The limits of one investigation by a model; those that are absent have their defaults. `off`: none investigates. */
export type InvestigationConfig = { steps?: number; tokens?: number; usd?: number; ms?: number } | "off";

/** @throws {IncidentError} CONFIG */
export function readInvestigation(env: Env, file: z.infer<typeof InvestigationFile> = {}): InvestigationConfig {
  const given = fromEnv(env, "CAUSEWAY_INVESTIGATION", LimitsText);
  if (given === "off" || (given === undefined && file === "off")) return "off";
  const { calls, tokens, usd, seconds } = { ...(file === "off" ? {} : file), ...given };
  return {
    ...(calls !== undefined && { steps: calls }),
    ...(tokens !== undefined && { tokens }),
    ...(usd !== undefined && { usd }),
    ...(seconds !== undefined && { ms: seconds * 1000 }),
  };
}
