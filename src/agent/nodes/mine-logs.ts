import { minedLogFindings } from "../../logs/findings.ts";
import { comparable } from "../../metrics/findings.ts";
import { unsteadyFindings } from "../../metrics/unsteady.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { LogMiner } from "../mined-logs.ts";
import { metricsOf, requestFindings, unmeasuredRequests } from "../request-series.ts";
import { slisOf } from "../slis-of.ts";
import type { NodeStep } from "../step.ts";

/** Mines log templates, finds new, vanished and bursting ones, and reads requests from access lines. */
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
        const requests = { ...unmeasuredRequests(mined, await metricsOf(telemetry, incident, signal)), incident };
        const compared = slisOf(comparable(requests));
        await putArtifact(deps.store, state.analysisId, "baselineCoverage.requests", compared);
        const query = describeQuery("requests in log lines", read);
        const source = { connector: read.source, query, incident };
        await putArtifact(deps.store, state.analysisId, "requests.beforeAlarm", unsteadyFindings(requests.own, source));
        const ofRequests = mined === null ? [] : requestFindings({ ...requests, ...source }, mined.requests);
        return {
          ...answer,
          findings: [...answer.findings, ...ofRequests],
          rows: answer.ownCount,
          incomparable: !answer.comparable,
          coverage,
        };
      },
    )(state, runtime);
