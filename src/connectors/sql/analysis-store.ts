import type { AnalysisStore } from "../../domain/ports.ts";
import { actionRows } from "./actions.ts";
import { analysisRows } from "./analyses.ts";
import { artifactRows } from "./artifacts.ts";
import { approvalRows } from "./approvals.ts";
import { auditRows } from "./audit.ts";
import { executionRows } from "./executions.ts";
import { leaseRows } from "./leases.ts";
import type { SqlDatabase } from "./tables.ts";

/** Analyses in an open database of either dialect. */
export const sqlAnalysisStore = (sql: SqlDatabase): AnalysisStore => ({
  ...analysisRows(sql),
  ...artifactRows(sql),
  ...actionRows(sql),
  ...leaseRows(sql),
  ...auditRows(sql),
  ...approvalRows(sql),
  ...executionRows(sql),
  close: sql.close,
});
