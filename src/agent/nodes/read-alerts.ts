import { alertFindings } from "../../alerts/findings.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";

export const readAlerts = (deps: AgentDeps) =>
  gatherStep(deps, "read-alerts", "alerts", async ({ telemetry: { alerts }, incident, own, fetch }) => {
    if (!alerts) return null;
    const query = describeQuery("alerts", own, null);
    const past = (await alerts.fetchPastAlerts?.(fetch)) ?? [];
    const raised = await alerts.fetchAlerts(own, fetch);
    return { findings: alertFindings({ alerts: raised, past, incident, connector: alerts.name, query }), rows: raised.length, quietWhenEmpty: true };
  });
