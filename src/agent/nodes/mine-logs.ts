import { logFindings } from "../../logs/findings.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Logs to templates, and templates to what is new, gone or bursting. */
export const mineLogs =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, "mine-logs", "logs", async ({ telemetry: { logs }, incident, own, shared, fetch }) => {
      if (!logs) return null;
      const query = describeQuery("log templates", own, shared);
      const answer = await logFindings({
        own: await logs.openLogs(own, fetch),
        shared: shared ? await logs.openLogs(shared, fetch) : [],
        incident,
        connector: logs.name,
        query,
        onProblem: fetch.onProblem,
        ...(fetch.signal ? { signal: fetch.signal } : {}),
      });
      await putArtifact(deps.store, state.analysisId, "coverage.logs", answer.services);
      return { ...answer, rows: answer.ownCount, incomparable: !answer.comparable };
    })(state, runtime);
