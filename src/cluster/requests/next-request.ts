import type { ClusterAnswer } from "../../domain/telemetry.ts";
import { type ClusterInput, clusterFindings } from "../findings.ts";
import { namesFor } from "../names.ts";
import { readState } from "../read-state.ts";
import { askNodes } from "./ask-nodes.ts";
import { askPods } from "./ask-pods.ts";
import { askPrograms } from "./ask-programs.ts";
import { askServices } from "./ask-services.ts";
import { askWorkloads } from "./ask-workloads.ts";
import { isDecided, type Known } from "./known.ts";
import { OVERVIEW } from "./overview.ts";
import { keyOf, type Wanted } from "./request.ts";

/** Once a fault with its cause is known, only requests of at least this worth are made: they may show a rival. */
const WORTH_WHEN_DECIDED = 80;

/** `made`: keys of the requests that were made, with or without an answer. */
export type RequestsSoFar = {
  answers: readonly ClusterAnswer[];
  incident: ClusterInput["incident"];
  made: ReadonlySet<string>;
};

/** The request that promises most next; null if no more is worth a call. */
export function nextRequest({ answers, incident, made }: RequestsSoFar): Wanted | null {
  const known = knownFrom(answers, incident);
  const wanted = [
    ...OVERVIEW,
    ...[askPods, askWorkloads, askServices, askNodes, askPrograms].flatMap((ask) => ask(known)),
  ].filter(({ request }) => !made.has(keyOf(request)));
  const [best] = wanted.toSorted((a, b) => b.worth - a.worth);
  return best === undefined || (isDecided(known) && best.worth < WORTH_WHEN_DECIDED) ? null : best;
}

/** What the answers say, and what follows from them. */
export function knownFrom(answers: readonly ClusterAnswer[], incident: ClusterInput["incident"]): Known {
  const state = readState(answers, incident.asOfMs ?? incident.window?.endMs ?? incident.alarmAtMs);
  const { findings } = clusterFindings({ answers, incident, connector: "", query: "" });
  return { state, names: namesFor(incident, state), findings };
}
