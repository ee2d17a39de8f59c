import type { Ranker } from "./fuse.ts";
import {
  rankAlerts,
  rankChanges,
  rankCluster,
  rankRolloutEffects,
  rankRolloutTiming,
  rankTraceErrors,
  rankTraceSpectrum,
} from "./rankers/sums.ts";
import { rankCallMetrics, rankTraceTime } from "./rankers/calls.ts";
import { rankBlastRadius } from "./rankers/blast-radius.ts";
import { rankConsumers } from "./rankers/consumers.ts";
import { rankDemand } from "./rankers/demand.ts";
import { rankFailures } from "./rankers/failures.ts";
import { rankGoldenSignals } from "./rankers/golden-signals.ts";
import { rankHosts } from "./rankers/hosts.ts";
import { rankLogFlow, rankLogTemplates } from "./rankers/logs.ts";
import { rankOutages } from "./rankers/outages.ts";
import { rankResourceMetrics } from "./rankers/resource-metrics.ts";
import { rankTraceWalk } from "./rankers/trace-walk.ts";

/**
 * All rankers; priors last, because they only raise suspects that others named. The weights were set on the development
 * parts of several suites together.
 */
export const RANKERS: readonly Ranker[] = [
  { name: "cluster state", weight: 1.5, floor: 1, rank: rankCluster },
  { name: "failure messages", weight: 2, floor: 2, rank: rankFailures },
  { name: "trace time", atCaller: true, weight: 1, floor: 0.1, rank: rankTraceTime },
  { name: "trace errors", atCaller: true, weight: 1, floor: 0.05, rank: rankTraceErrors },
  { name: "trace spectrum", atCaller: true, weight: 0.3, floor: 0.3, relative: true, rank: rankTraceSpectrum },
  { name: "trace walk", atCaller: true, weight: 0.25, floor: 0.1, relative: true, rank: rankTraceWalk },
  { name: "log flow", weight: 1, floor: 50, rank: rankLogFlow },
  { name: "log templates", atCaller: true, weight: 0.7, floor: 50, rank: rankLogTemplates },
  { name: "resources", weight: 0.8, floor: 3, rank: rankResourceMetrics },
  { name: "golden signals", atCaller: true, weight: 0.7, floor: 2, rank: rankGoldenSignals },
  { name: "calls", weight: 0.9, floor: 2, rank: rankCallMetrics },
  { name: "alerts", weight: 0.8, floor: 3, settled: true, rank: rankAlerts },
  { name: "outages", weight: 1.5, floor: 0.7, rank: rankOutages },
  { name: "consumers", weight: 2, floor: 0.5, rank: rankConsumers },
  { name: "demand", weight: 2, floor: 0.7, rank: rankDemand },
  { name: "hosts", weight: 1, floor: 2, rank: rankHosts },
  { name: "blast radius", weight: 0.3, floor: 0.3, relative: true, settled: true, rank: rankBlastRadius },
  { name: "rollout effects", weight: 4, floor: 1, rank: rankRolloutEffects },
  { name: "rollouts", weight: 2, floor: 0.5, corroborated: true, rank: rankRolloutTiming },
  { name: "changes", weight: 0.5, floor: 0.5, prior: true, corroborated: true, rank: rankChanges },
];
