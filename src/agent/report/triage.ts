import { Severity } from "../../domain/alert-event.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import type { Hypothesis } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Report } from "../../domain/report.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { dependencyGraph } from "../../topology/graph.ts";
import { type Ownership, routeTo } from "../../triage/route.ts";
import { severityOf } from "../../triage/severity.ts";

/**
 * The default objective, 99.9 %, is a common first choice. The error budget is the share of requests that may then
 * fail.
 */
const OBJECTIVE = "99.9 %";
const ERROR_BUDGET = 0.001;

export type TriageInput = {
  verdict: Report["verdict"];
  blamed: Hypothesis | undefined;
  findings: readonly CitedFinding[];
  topology: Topology;
  incident: Pick<Incident, "entry">;
  owners: Ownership;
};

/**
 * Severity and team, for the root cause or, without one, for the entities of the alerts. Undefined if the incident is
 * over, or no entity is known.
 */
export function triageOf({
  verdict,
  blamed,
  findings,
  topology,
  incident: { entry },
  owners,
}: TriageInput): Report["triage"] {
  const alerts = findings.filter(({ signal }) => signal === "alert");
  const ill = blamed ? [blamed.entity.id] : [...new Set(alerts.map(({ entity }) => entity.id))];
  const [first] = ill;
  if (first === undefined || verdict === "no_incident" || verdict === "recovered") return undefined;
  const graph = dependencyGraph(topology);
  const burnRate = burnAt(entry, findings);
  const { severity, why, blastRadius } = severityOf({
    alertSeverities: alerts.flatMap(severitiesOf),
    affected: ill,
    burnRate,
    objective: OBJECTIVE,
    graph,
    entry,
  });
  const { team, why: teamWhy } = routeTo({ entity: first, labels: ownersIn(alerts, first) }, owners, graph);
  return { severity, why, blast_radius: [...blastRadius], burn_rate: burnRate, team, team_why: teamWhy };
}

/** The owner that the alerts on an entity name in their labels. */
function ownersIn(alerts: readonly CitedFinding[], entity: string): Record<string, string> {
  const named = alerts.filter((alert) => alert.entity.id === entity).map(({ evidence: { facts } }) => facts);
  const labels = (["team", "owner"] as const).flatMap((label) => {
    const value = named.map((facts) => facts[label]).find((text) => typeof text === "string");
    return typeof value === "string" ? [[label, value]] : [];
  });
  return Object.fromEntries(labels);
}

/** The severity that an alert's rule gives; none if it gives none. */
const severitiesOf = ({ evidence: { facts } }: CitedFinding): Severity[] =>
  Severity.options.filter((severity) => severity === facts.severity);

/**
 * How many times too fast the entry spends its error budget, with one decimal. Null if its requests and failures are
 * not counted.
 */
function burnAt(entry: string | null, findings: readonly CitedFinding[]): number | null {
  const shares = findings.flatMap(({ kind, entity, evidence: { facts } }) => {
    const [failed, requests] = [Number(facts.after), Number(facts.traffic)];
    const counts =
      kind === "metric.shift" &&
      facts.family === "error" &&
      facts.direction === "up" &&
      facts.of_calls !== "yes" &&
      entity.id === entry;
    // More failures than requests: the two metrics have different units or count different things.
    return counts && requests > 0 && failed <= requests ? [failed / requests] : [];
  });
  return shares.length === 0 ? null : Number((shares.reduce((a, b) => Math.max(a, b)) / ERROR_BUDGET).toFixed(1));
}
