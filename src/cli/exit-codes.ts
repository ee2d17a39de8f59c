import type { AnalysisStatus } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";

/** Exit codes. Codes 3 to 5 report the findings, and only with `--exit-code`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  incident: 3,
  inconclusive: 4,
  approvalPending: 5,
  belowGate: 6,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
/** A command sets its exit code here. */
export type Done = (code: ExitCode) => void;

/** The exit code for `--exit-code`. A pending approval outranks the verdict. */
export function exitCodeOf({ verdict }: Pick<Report, "verdict">, status: AnalysisStatus): ExitCode {
  if (status === "waiting_for_review") return EXIT.approvalPending;
  if (verdict === "root_cause") return EXIT.incident;
  return verdict === "inconclusive" ? EXIT.inconclusive : EXIT.ok;
}
