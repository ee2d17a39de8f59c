import { logFindings } from "../../logs/findings.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Mines log templates, and finds those that are new, gone or bursting. */
export const mineLogs =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(
      deps,
      { node: "mine-logs", source: "logs", signal: "log" },
      async ({ read, incident, signal, onProblem }) => {
        const answer = await logFindings({
          own: read.own,
          shared: read.baseline,
          incident,
          connector: read.source,
          query: describeQuery("log templates", read),
          onProblem,
          ...(signal ? { signal } : {}),
        });
        await putArtifact(deps.store, state.analysisId, "coverage.logs", answer.services);
        return { ...answer, rows: answer.ownCount, incomparable: !answer.comparable };
      },
    )(state, runtime);
