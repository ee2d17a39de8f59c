import { metricFindings } from "../../metrics/findings.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";

/** Finds the series that left their quiet range, and when. */
export const scanMetrics = (deps: AgentDeps) =>
  gatherStep(deps, "scan-metrics", "metrics", async ({ telemetry: { metrics }, incident, own, shared, fetch }) => {
    if (!metrics) return null;
    return {
      findings: metricFindings({
        own: await metrics.fetchSeries(own, fetch),
        shared: shared ? await metrics.fetchSeries(shared, fetch) : [],
        incident, connector: metrics.name, query: describeQuery("series", own, shared),
      }),
    };
  });
