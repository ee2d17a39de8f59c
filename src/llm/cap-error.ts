import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { CapScope, CapUnit, CapUse } from "../domain/model-store.ts";

const SCOPES: Readonly<Record<CapScope, string>> = {
  analysis: "this analysis",
  incident: "this incident",
  day: "this day (UTC)",
};
const UNITS: Readonly<Record<CapUnit, string>> = { calls: "calls", tokens: "tokens", usd: "US dollars" };

const amount = (unit: CapUnit, value: number): string =>
  unit === "usd" ? `$${value.toFixed(value < 1 ? 4 : 2)}` : Math.round(value).toLocaleString("en");

/** "the cap on tokens for this analysis (200,000)" */
const named = ({ scope, unit, limit }: CapUse): string =>
  `the cap on ${UNITS[unit]} for ${SCOPES[scope]} (${amount(unit, limit)})`;

const CapCause = z.object({ cap: z.string() });

/**
 * A call that no cap has room for. `needed`: what it may use, in the unit of the cap. Its `cause` marks it, so that
 * nobody retries it or tries a larger model.
 */
export const capError = (use: CapUse, needed: number): IncidentError =>
  new IncidentError(
    "REJECTED",
    `${named(use)} leaves no room for another call of a model: ${amount(use.unit, use.used)} used or reserved, ` +
      `and the call may need ${amount(use.unit, needed)}`,
    {
      hint: `Raise model.caps.${use.scope}.${use.unit} in config.yaml, or go on without a model.`,
      cause: { cap: `${use.scope}.${use.unit}` },
    },
  );

export const isCapError = (error: unknown): boolean =>
  error instanceof IncidentError && CapCause.safeParse(error.cause).success;

/** "84 % of the cap on tokens for this analysis (200,000) is used" */
export const capWarning = (use: CapUse): string =>
  `${Math.floor((100 * use.used) / use.limit)} % of ${named(use)} is used`;
