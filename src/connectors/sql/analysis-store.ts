import type { AnalysisStore } from "../../domain/ports.ts";
import { actionRows } from "./actions.ts";
import { analysisRows } from "./analyses.ts";
import { bodyRows } from "./bodies.ts";
import { leaseRows } from "./leases.ts";
import type { Sql } from "./tables.ts";

/** Analyses in an open database of either dialect. */
export const sqlAnalysisStore = (sql: Sql): AnalysisStore => ({
  ...analysisRows(sql),
  ...bodyRows(sql),
  ...actionRows(sql),
  ...leaseRows(sql),
  close: sql.close,
});
