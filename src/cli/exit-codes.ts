import type { AnalysisStatus } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";

/** What the program's exit status says. The findings speak through it only when asked to (`--exit-code`). */
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
/** A command tells its exit status here. */
export type Done = (code: ExitCode) => void;

/** For `--exit-code`: an action that waits for approval says more than that there is an incident. */
export function exitCodeOf({ verdict }: Pick<Report, "verdict">, status: AnalysisStatus): ExitCode {
  if (status === "waiting_for_review") return EXIT.approvalPending;
  if (verdict === "root_cause") return EXIT.incident;
  return verdict === "inconclusive" ? EXIT.inconclusive : EXIT.ok;
}
