import { join } from "node:path";
import { fileRunbooks } from "../../src/connectors/files/runbooks.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";
import { silenceStep } from "../../src/remediation/silence-step.ts";

/** The runbooks that come with Causeway. @throws {Error} if one cannot be read */
export const shippedRunbooks = (): Promise<Runbook[]> =>
  fileRunbooks([join(import.meta.dirname, "../../runbooks")], readRunbook).listRunbooks({
    onProblem: (problem) => {
      throw new Error(JSON.stringify(problem));
    },
  });

/** The step of `causeway silence` for two alerts, as if it were in a runbook. */
export function silenceRunbook(): Runbook {
  const labels = { alertname: "HighErrorRate", service: "checkout", path: "/cart", note: "known" };
  const built = silenceStep({
    alerts: [labels, { ...labels, service: "cart" }],
    url: "http://alertmanager:9093",
    incidentId: "inc-1",
    minutes: 60,
  });
  if (!built.ok) throw new Error(built.why);
  return {
    name: "silence",
    slug: "silence",
    description: "",
    causes: [],
    entityKinds: [],
    steps: [built.step],
    body: "",
    origin: "causeway silence",
  };
}
