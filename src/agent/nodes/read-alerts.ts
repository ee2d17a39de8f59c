import { alertFindings } from "../../alerts/findings.ts";
import { runbookLinks } from "../../alerts/runbook-links.ts";
import { alertTexts } from "../alert-pages.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Finds unusual alerts, and the runbooks that alerts link to. */
export const readAlerts =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(
      deps,
      { node: "read-alerts", source: "alerts", signal: "alert" },
      async ({ read, telemetry, incident, signal }) => {
        const past = await telemetry.pastAlerts({ signal });
        await putArtifact(deps.store, state.analysisId, "alerts.runbooks", runbookLinks(read.own));
        const query = describeQuery("alerts", read);
        await putArtifact(deps.store, state.analysisId, "alerts.texts", alertTexts(read.own));
        return {
          findings: alertFindings({ alerts: read.own, past, incident, connector: read.source, query }),
          rows: read.own.length,
          quietWhenEmpty: true,
        };
      },
    )(state, runtime);
