import { alertFindings } from "../../alerts/findings.ts";
import { runbookLinks } from "../../alerts/runbook-links.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Finds what is unusual among the alerts, and what they point people to. */
export const readAlerts =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, "read-alerts", "alerts", async ({ telemetry: { alerts }, incident, own, fetch }) => {
      if (!alerts) return null;
      const query = describeQuery("alerts", own, null);
      const past = (await alerts.fetchPastAlerts?.(fetch)) ?? [];
      const raised = await alerts.fetchAlerts(own, fetch);
      await putArtifact(deps.store, state.analysisId, "alerts.runbooks", runbookLinks(raised));
      return {
        findings: alertFindings({ alerts: raised, past, incident, connector: alerts.name, query }),
        rows: raised.length,
        quietWhenEmpty: true,
      };
    })(state, runtime);
