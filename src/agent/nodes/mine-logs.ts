import { minedLogFindings } from "../../logs/findings.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { LogMiner } from "../mined-logs.ts";
import type { NodeStep } from "../step.ts";

/** Mines log templates, and finds those that are new, gone or bursting. */
export const mineLogs =
  (deps: AgentDeps, minedLogs: LogMiner): NodeStep =>
  (state, runtime) =>
    gatherStep(
      deps,
      { node: "mine-logs", source: "logs", signal: "log" },
      async ({ read, telemetry, incident, signal, onProblem }) => {
        const { mined, coverage, problems } = await minedLogs(telemetry, incident, read, signal);
        for (const problem of problems) onProblem(problem);
        const answer = minedLogFindings(mined, {
          incident,
          connector: read.source,
          query: describeQuery("log templates", read),
          observedFromMs: state.observedFromMs,
        });
        await putArtifact(deps.store, state.analysisId, "coverage.logs", answer.services);
        return { ...answer, rows: answer.ownCount, incomparable: !answer.comparable, coverage };
      },
    )(state, runtime);
