import type { AnalysisStore } from "../domain/ports.ts";
import type { ArtifactName } from "./artifacts.ts";
import type { AgentDeps } from "./deps.ts";
import type { AnalysisState } from "./state.ts";

type StateKey = Exclude<keyof AnalysisState, "analysisId" | "incidentId">;
type StoreMethod = Exclude<keyof AnalysisStore, "getArtifact" | "putArtifact">;
/** The dependencies of a node besides the store. */
type PortName = Extract<
  keyof AgentDeps,
  "incidents" | "telemetry" | "memory" | "runbooks" | "pages" | "writer" | "models" | "notes"
>;

/**
 * The inputs and outputs of one node. `reads`, `writes`: keys of the state. `gets`, `puts`: artifacts. `store`: other
 * methods of the analysis store. `ports`: all other dependencies. Every node reads the ids of analysis and incident,
 * and writes `timings`.
 */
export type NodeAccess = {
  reads: readonly StateKey[];
  writes: readonly StateKey[];
  gets: readonly ArtifactName[];
  puts: readonly ArtifactName[];
  store: readonly StoreMethod[];
  ports: readonly PortName[];
};

const NOTHING: NodeAccess = { reads: [], writes: [], gets: [], puts: [], store: [], ports: [] };

/** A node that reads one signal and stores its findings and gaps. */
const gathering = (puts: readonly ArtifactName[]): NodeAccess => ({
  ...NOTHING,
  reads: ["window", "baseline", "onset"],
  writes: ["findings", "coverage"],
  gets: ["incident"],
  puts,
  store: ["putFindings"],
  ports: ["telemetry"],
});

const RANKED_ALONE: readonly ArtifactName[] = [
  "incident",
  "topology",
  "baselineCoverage.metrics",
  "baselineCoverage.traces",
  "baselineCoverage.requests",
  "metrics.beforeAlarm",
  "requests.beforeAlarm",
];
const RANKED: readonly ArtifactName[] = [...RANKED_ALONE, "investigation"];

/** The nodes of the graph. A test runs analyses and compares the actual accesses with this table. */
export const NODES = {
  "load-incident": {
    ...NOTHING,
    reads: ["startedAtMs"],
    writes: ["window", "baseline", "findings"],
    puts: ["incident"],
    store: ["createAnalysis", "putFindings"],
    ports: ["incidents", "telemetry", "notes"],
  },
  "find-onset": {
    ...NOTHING,
    reads: ["window", "baseline"],
    writes: ["onset", "observedFromMs", "extents"],
    gets: ["incident"],
    ports: ["telemetry"],
  },
  "mine-logs": {
    ...gathering(["coverage.logs", "baselineCoverage.requests", "requests.beforeAlarm"]),
    reads: ["window", "baseline", "onset", "observedFromMs"],
  },
  "scan-metrics": gathering([
    "coverage.metrics",
    "baselineCoverage.metrics",
    "metrics.beforeAlarm",
    "metrics.runningOut",
  ]),
  "walk-traces": gathering(["coverage.traces", "baselineCoverage.traces", "topology.traces"]),
  "read-alerts": gathering(["alerts.runbooks", "alerts.texts"]),
  "read-cluster": gathering(["topology.cluster", "cluster.addresses", "cluster.deliveries", "cluster.workloads"]),
  "list-changes": gathering([]),
  "map-topology": {
    ...NOTHING,
    reads: ["window", "baseline", "onset", "findings"],
    writes: ["coverage"],
    gets: ["incident", "topology.traces", "topology.cluster", "cluster.addresses"],
    puts: ["topology"],
    store: ["getFindings"],
    ports: ["telemetry"],
  },
  "rank-causes": {
    ...NOTHING,
    reads: ["window", "baseline", "onset", "extents", "findings", "coverage", "investigations"],
    writes: ["verdict", "doubt"],
    gets: RANKED,
    puts: ["findings", "ranking"],
    store: ["getFindings"],
    ports: ["models"],
  },
  "recall-similar": {
    ...NOTHING,
    reads: ["startedAtMs", "window", "baseline", "onset", "extents", "findings", "coverage", "investigations"],
    writes: ["verdict", "doubt"],
    gets: [...RANKED, "findings", "ranking"],
    puts: ["similar", "findings", "ranking"],
    store: ["getFindings"],
    ports: ["memory", "models"],
  },
  "widen-window": {
    ...NOTHING,
    reads: ["window", "baseline", "widenings"],
    writes: ["window", "baseline", "widenings", "findings", "coverage"],
  },
  investigate: {
    ...NOTHING,
    reads: [
      "window",
      "baseline",
      "onset",
      "extents",
      "findings",
      "coverage",
      "doubt",
      "investigations",
      "use",
      "droppedClaims",
    ],
    writes: ["findings", "coverage", "investigations", "use", "droppedClaims"],
    gets: [...RANKED.filter((name) => name !== "investigation"), "ranking", "similar"],
    puts: ["investigation", "observations"],
    store: ["getFindings", "putFindings"],
    ports: ["telemetry", "runbooks", "models"],
  },
  explain: {
    ...NOTHING,
    reads: ["findings", "use", "droppedClaims"],
    writes: ["use", "droppedClaims", "model", "coverage"],
    gets: ["incident", "ranking"],
    puts: ["claims"],
    store: ["getFindings"],
    ports: ["writer"],
  },
  "find-runbooks": {
    ...NOTHING,
    writes: ["coverage"],
    gets: ["alerts.runbooks", "alerts.texts", "ranking", "incident", "topology", "findings"],
    puts: ["runbooks.linked", "runbooks.found", "runbooks.pages"],
    store: ["getFindings"],
    ports: ["runbooks", "pages", "memory"],
  },
  "plan-remediation": {
    ...NOTHING,
    reads: ["window", "baseline", "onset", "extents", "findings", "coverage"],
    writes: ["openActions"],
    gets: [...RANKED_ALONE, "runbooks.found", "ranking", "cluster.deliveries", "cluster.workloads", "similar"],
    puts: ["runbook"],
    store: ["getFindings", "putActions"],
  },
  "write-report": {
    ...NOTHING,
    reads: [
      "startedAtMs",
      "window",
      "baseline",
      "onset",
      "observedFromMs",
      "findings",
      "coverage",
      "timings",
      "droppedClaims",
      "use",
      "model",
      "openActions",
    ],
    gets: [
      "incident",
      "topology",
      "ranking",
      "coverage.logs",
      "coverage.metrics",
      "coverage.traces",
      "metrics.runningOut",
      "similar",
      "claims",
      "investigation",
      "runbook",
      "runbooks.linked",
      "runbooks.pages",
    ],
    store: ["getFindings", "listActions", "putReport", "setStatus"],
    ports: ["telemetry"],
  },
  review: { ...NOTHING, reads: ["openActions"], writes: ["decision"] },
  "record-decision": {
    ...NOTHING,
    reads: ["decision", "openActions"],
    writes: ["decision", "openActions"],
    store: ["recordDecision"],
  },
  remember: {
    ...NOTHING,
    reads: ["startedAtMs"],
    gets: ["findings", "incident", "ranking", "topology"],
    store: ["listActions", "getDecision", "getActionResult", "getFindings"],
    ports: ["memory"],
  },
} as const satisfies Record<string, NodeAccess>;
export type NodeName = keyof typeof NODES;
