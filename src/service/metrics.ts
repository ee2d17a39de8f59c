import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Seconds; the steps that dashboards of such tools use. */
const DURATION_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const CONFIDENCE_BUCKETS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/**
 * What this process counts of itself. `registry.metrics()` is the page; nobody counts what another process did.
 *
 * @param countQueued asked whenever the page is.
 */
export function serviceMetrics(countQueued: () => Promise<number>) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  return {
    registry,
    alertsReceived: counter("causeway_alerts_received_total", "Alerts that webhooks told, by sender.", ["source"]),
    alertsCoalesced: counter(
      "causeway_alerts_coalesced_total",
      "Alerts that joined an incident that was open already.",
    ),
    alertsSuppressed: counter(
      "causeway_alerts_suppressed_total",
      "Alerts that told nothing new: repeated, late, or out of order.",
    ),
    incidentsOpened: counter(
      "causeway_incidents_opened_total",
      "Incidents that became known, by what made them known.",
      ["origin"],
    ),
    incidentsClosed: counter("causeway_incidents_closed_total", "Incidents whose every alert was resolved."),
    investigations: counter("causeway_investigations_total", "Analyses that ended, by verdict, or failed.", ["result"]),
    investigationSeconds: new Histogram({
      name: "causeway_investigation_duration_seconds",
      help: "How long analyses took.",
      buckets: DURATION_BUCKETS,
      registers: [registry],
    }),
    queued: new Gauge({
      name: "causeway_analyses_queued",
      help: "Analyses that wait for a worker.",
      registers: [registry],
      async collect() {
        this.set(await countQueued().catch(() => Number.NaN)); // a store that is away must not take the other figures with it
      },
    }),
    modelCalls: counter("causeway_llm_calls_total", "Calls of a language model.", ["model"]),
    modelTokens: counter("causeway_llm_tokens_total", "Tokens of a language model, in and out.", [
      "model",
      "direction",
    ]),
    modelCost: counter("causeway_llm_cost_usd_total", "What the model's calls cost, where prices are known.", [
      "model",
    ]),
    sourceErrors: counter("causeway_tool_errors_total", "Sources that could not be asked, by source.", ["source"]),
    confidence: new Histogram({
      name: "causeway_confidence",
      help: "Confidence of the first hypothesis.",
      buckets: CONFIDENCE_BUCKETS,
      registers: [registry],
    }),
    abstentions: counter(
      "causeway_abstentions_total",
      "Analyses that named no root cause because the evidence did not carry one.",
    ),
    approvals: counter("causeway_approvals_total", "Actions that people decided.", ["decision"]),
    redactions: counter("causeway_redactions_total", "Secrets that were masked in reports."),
    retrievalHits: counter("causeway_retrieval_hits_total", "Past incidents that analyses recalled."),
    httpRequests: counter("causeway_http_requests_total", "Requests by method, route and status.", [
      "method",
      "route",
      "status",
    ]),
    httpSeconds: new Histogram({
      name: "causeway_http_request_duration_seconds",
      help: "How long requests took, streams left out.",
      labelNames: ["method", "route"],
      buckets: [0.005, 0.01, 0.025, ...DURATION_BUCKETS],
      registers: [registry],
    }),
  };
}
export type ServiceMetrics = ReturnType<typeof serviceMetrics>;
