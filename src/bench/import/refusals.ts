import { IncidentError } from "../../domain/errors.ts";

/** Says that the tree is not in the layout: what is wrong where, and what was expected. */
export const wrongTree = (kind: string, where: string, why: string, layout: string): IncidentError =>
  new IncidentError("BAD_INPUT", `${where} is not in the layout of ${kind}: ${why}`, {
    hint: `Expected:\n${layout}`,
  });

/** Says that a file lacks columns. */
export const wrongColumns = (path: string, missing: readonly string[], found: readonly string[]): IncidentError =>
  new IncidentError("BAD_INPUT", `${path} has no column ${missing.join(", ")}`, {
    hint:
      `Its columns: ${found.slice(0, 40).join(", ") || "none"}. ` +
      "Is this file of another release? docs/importing.md lists the columns that are read.",
  });
