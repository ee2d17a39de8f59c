import { changeFindings } from "../../changes/findings.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";

export const listChanges = (deps: AgentDeps) =>
  gatherStep(deps, "list-changes", "changes", async ({ telemetry: { changes }, incident, own, fetch }) => {
    if (!changes) return null;
    const query = describeQuery("changes", own, null);
    return { findings: changeFindings({ changes: await changes.fetchChanges(own, fetch), incident, connector: changes.name, query }) };
  });
