import { logFindings } from "../../logs/findings.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";

/** Logs to templates, and templates to what is new, gone or bursting. */
export const mineLogs = (deps: AgentDeps) =>
  gatherStep(deps, "mine-logs", "logs", async ({ telemetry: { logs }, incident, own, shared, fetch }) => {
    if (!logs) return null;
    const query = describeQuery("log templates", own, shared);
    return logFindings({
      own: await logs.openLogs(own, fetch),
      shared: shared ? await logs.openLogs(shared, fetch) : [],
      incident, connector: logs.name, query, onProblem: fetch.onProblem,
      ...(fetch.signal ? { signal: fetch.signal } : {}),
    });
  });
