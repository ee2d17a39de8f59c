import { list, type Wanted } from "./request.ts";

/**
 * What an SRE looks at first, most telling first: it costs little and shows most kinds of trouble. Every list is of one
 * namespace.
 */
export const OVERVIEW: readonly Wanted[] = [
  { request: list("pods", "wide"), worth: 100, why: "which pods run, where, and how often they restarted" },
  { request: { ask: "alerts" }, worth: 99, why: "what fires" },
  { request: list("deployments", "wide"), worth: 98, why: "which replicas are missing" },
  { request: list("services", "wide"), worth: 97, why: "what each Service selects, and its ports" },
  { request: list("endpoints"), worth: 96, why: "which Services have pods behind them" },
  { request: list("nodes", "wide"), worth: 95, why: "which nodes are ready" },
];
