import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Seconds, in the usual steps of dashboards. */
const DURATION_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const CONFIDENCE_BUCKETS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/**
 * The metrics of this process. `registry.metrics()` renders them. Other processes count for themselves.
 *
 * @param countQueued is called whenever the metrics are rendered.
 */
export function serviceMetrics(countQueued: () => Promise<number>) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  return {
    registry,
    alertsReceived: counter("causeway_alerts_received_total", "Alerts received from webhooks, by sender.", ["source"]),
    alertsCoalesced: counter("causeway_alerts_coalesced_total", "Alerts that joined an open incident."),
    alertsSuppressed: counter(
      "causeway_alerts_suppressed_total",
      "Alerts that changed nothing: repeated, late, or out of order.",
    ),
    otlpRecords: counter("causeway_otlp_records_total", "OpenTelemetry records received, by signal and result.", [
      "signal",
      "result",
    ]),
    incidentsOpened: counter("causeway_incidents_opened_total", "Incidents opened, by origin.", ["origin"]),
    incidentsClosed: counter(
      "causeway_incidents_closed_total",
      "Incidents closed because all their alerts were resolved.",
    ),
    investigations: counter(
      "causeway_investigations_total",
      "Analyses that ended, by verdict; `failed` for those that failed.",
      ["result"],
    ),
    heldBack: counter(
      "causeway_investigations_held_back_total",
      "Incidents that alerts did not investigate, by reason: severity_floor, daily_cap.",
      ["reason"],
    ),
    changesReported: counter("causeway_changes_reported_total", "Changes that others reported, by sender.", ["source"]),
    investigationSeconds: new Histogram({
      name: "causeway_investigation_duration_seconds",
      help: "Duration of analyses.",
      buckets: DURATION_BUCKETS,
      registers: [registry],
    }),
    queued: new Gauge({
      name: "causeway_analyses_queued",
      help: "Analyses that wait for a worker.",
      registers: [registry],
      async collect() {
        this.set(await countQueued().catch(() => Number.NaN)); // a store that is down must not hide the other metrics
      },
    }),
    modelCalls: counter(
      "causeway_llm_calls_total",
      "Calls of language models, by outcome: answered, cached, failed, held_back (by a cap).",
      ["model", "task", "outcome"],
    ),
    modelTokens: counter(
      "causeway_llm_tokens_total",
      "Tokens of language models: in, out, and in_cached, the part of the input that the server read from its cache.",
      ["model", "direction"],
    ),
    modelCost: counter("causeway_llm_cost_usd_total", "Cost of language models whose price is known.", ["model"]),
    modelErrors: counter("causeway_llm_errors_total", "Calls of language models without an answer, by error.", [
      "model",
      "error",
    ]),
    modelSeconds: new Histogram({
      name: "causeway_llm_call_duration_seconds",
      help: "Duration of answered calls of language models.",
      labelNames: ["model"],
      buckets: DURATION_BUCKETS,
      registers: [registry],
    }),
    sourceErrors: counter("causeway_tool_errors_total", "Sources that could not be read, by source.", ["source"]),
    confidence: new Histogram({
      name: "causeway_confidence",
      help: "Confidence of the first hypothesis.",
      buckets: CONFIDENCE_BUCKETS,
      registers: [registry],
    }),
    abstentions: counter(
      "causeway_abstentions_total",
      "Analyses that named no root cause, because the evidence was not sufficient.",
    ),
    approvals: counter("causeway_approvals_total", "Actions approved or rejected by people.", ["decision"]),
    messages: counter(
      "causeway_messages_total",
      "Messages sent when an analysis ended, by result: sent, retried, failed, skipped.",
      ["result"],
    ),
    redactions: counter("causeway_redactions_total", "Secrets masked in reports."),
    retrievalHits: counter("causeway_retrieval_hits_total", "Past incidents recalled by analyses."),
    httpRequests: counter("causeway_http_requests_total", "HTTP requests, by method, route and status.", [
      "method",
      "route",
      "status",
    ]),
    httpSeconds: new Histogram({
      name: "causeway_http_request_duration_seconds",
      help: "Duration of HTTP requests, except streams.",
      labelNames: ["method", "route"],
      buckets: [0.005, 0.01, 0.025, ...DURATION_BUCKETS],
      registers: [registry],
    }),
  };
}
export type ServiceMetrics = ReturnType<typeof serviceMetrics>;
