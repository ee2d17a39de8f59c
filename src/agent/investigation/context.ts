import type { CitedFinding, Finding } from "../../domain/finding.ts";
import type { Hypothesis } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import type { CauseReading } from "../../domain/model-investigation.ts";
import type { Runbook } from "../../domain/runbook.ts";
import type { Topology } from "../../domain/telemetry.ts";
import type { MinedLogs } from "../../logs/mined-logs.ts";
import type { TelemetryHandle } from "../../telemetry/handle.ts";
import type { Similar } from "../artifacts.ts";
import type { Observations } from "./observations.ts";

/**
 * What the tools of one investigation work on. `findings` grows with what the tools find; each has its final id.
 *
 * - `minedLogs`: null if the incident has no logs. `rankAgain`: the ranking with all that was found so far.
 * - `addFindings`: stores new findings, and gives them their ids.
 */
export type InvestigationContext = {
  incident: Incident;
  telemetry: TelemetryHandle;
  topology: Topology;
  findings: CitedFinding[];
  readings: CauseReading[];
  observations: Observations;
  examinations: number;
  similar: Similar;
  runbooks: () => Promise<readonly Runbook[]>;
  minedLogs: (signal?: AbortSignal) => Promise<MinedLogs | null>;
  addFindings: (found: readonly Finding[]) => Promise<CitedFinding[]>;
  keyOf: (findingId: string) => string | null;
  rankAgain: () => Promise<readonly Hypothesis[]>;
};
