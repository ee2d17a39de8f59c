import type { Decision } from "../../src/domain/action.ts";
import { Report } from "../../src/domain/report.ts";

type Evidence = Report["evidence"][number];

/** A shop whose store runs out of database connections: the report of a proven cause. */
export function provenReport(changes: Partial<Report> = {}): Report {
  return Report.parse({
    schema_version: "causeway.report/1",
    analysis_id: "shop-17-1",
    incident_id: "shop-17",
    title: "Checkout is slow and answers 503",
    system: "shop",
    alarm_at: "2026-11-23T08:43:04.000Z",
    onset: "2026-11-23T08:41:02.500Z",
    verdict: "root_cause",
    why: "One candidate leads clearly, three signals agree on it, and it explains every other symptom.",
    root_causes: [
      {
        entity: "store",
        entity_kind: "service",
        category: "connection_pool_exhausted",
        title: "Connection pool exhausted",
        system_level: "Application",
        fault_type: "Misconfiguration",
        confidence: 0.91,
        calibrated: true,
        evidence_ids: ["E1", "E2", "E3", "E5", "E4"],
      },
    ],
    hypotheses: [
      {
        entity: "store",
        entity_kind: "service",
        category: "connection_pool_exhausted",
        confidence: 0.91,
        calibrated: true,
        status: "supported",
        why: "First to fail, on the path of every slow request.",
        reasons: ["failed first, 40 s before any caller"],
        evidence_ids: ["E1", "E2", "E3", "E5", "E4"],
        against_ids: [],
        path: ["web", "orders", "store"],
        would_refute: "The wait for a connection stays flat while the latency of store rises.",
      },
      {
        entity: "orders",
        entity_kind: "service",
        category: "slow_code",
        confidence: 0.05,
        calibrated: true,
        status: "untested",
        why: "Slow, but only while it waits for store.",
        reasons: ["its own time did not change"],
        evidence_ids: ["E4"],
        against_ids: ["E2"],
        path: ["web", "orders"],
        would_refute: "Its self time is flat.",
      },
    ],
    claims: [
      {
        text: "store ran out of database connections: requests waited 812 ms for one, against 3 ms before.",
        evidence_ids: ["E1"],
      },
      { text: "orders and web only waited: their own time did not change.", evidence_ids: ["E2", "E4"] },
      {
        text: "The pool was cut from 20 to 4 by config change cfg-118, 30 s before the first slow request.",
        evidence_ids: ["E5"],
      },
    ],
    dropped_claims: 0,
    propagation: [
      {
        source: "store",
        target: "orders",
        condition: "no free connection",
        effect: "waits for store: p95 from 40 ms to 900 ms",
        evidence_ids: ["E4"],
      },
      {
        source: "orders",
        target: "web",
        condition: "time-outs",
        effect: "answers 503 to 31 % of the checkouts",
        evidence_ids: ["E6"],
      },
    ],
    alerts_explained: [],
    timeline: [],
    anomalies: [],
    evidence: [
      found("E1", "metric", "metric.shift", "store", 90, "Wait for a connection rose to 812 ms from 3 ms.", {
        metric: "db_pool_wait_ms",
        atMs: 812,
        before: 3,
      }),
      found("E2", "trace", "trace.self-time", "store", 40, "store spends 790 ms in itself, 12 ms before.", {
        selfMs: 790,
        beforeMs: 12,
      }),
      found("E3", "log", "log.new-template", "store", 12, 'New: "pool exhausted, waiting <*> ms" 418 times.', {
        count: 418,
      }),
      found("E4", "trace", "trace.edge-latency", "orders", 8, "orders waits 880 ms for store.", { waitMs: 880 }),
      found("E5", "change", "change.config", "store", 1, "Config cfg-118: pool size 20 to 4.", {
        id: "cfg-118",
        before: 20,
        after: 4,
      }),
      found("E6", "metric", "metric.shift", "web", 30, "Share of 503 rose to 0.31 from 0.", { share: 0.31 }),
    ],
    similar: [
      {
        incident_id: "shop-9",
        score: 0.82,
        outcome: "confirmed",
        entity: "store",
        category: "connection_pool_exhausted",
        why: "same new log template, same first metric.",
      },
    ],
    not_checked: [{ source: "cluster", why: "not recorded for this incident" }],
    next_evidence: ["Who else holds connections: pg_stat_activity grouped by client"],
    runbook: {
      name: "connection-pool-exhausted",
      why: "it treats this cause on a service",
      drafted: false,
      text: null,
    },
    actions: [
      {
        id: "shop-17-1-a1",
        title: "Set the pool size back",
        runbook: "connection-pool-exhausted",
        step: "restore-pool-size",
        target: "store",
        target_kind: "service",
        risk: "medium",
        reversible: true,
        blast_radius: { size: "small", entities: ["store"], why: "one service" },
        script_sha256: "a".repeat(64),
        script: '#!/usr/bin/env bash\nset -euo pipefail\necho "restore `pool`"\n',
        rollback: "echo undo",
        verify: "echo verify",
        expires_at: "2026-11-24T08:43:04.000Z",
        evidence_ids: ["E1", "E5"],
      },
    ],
    cost: { input_tokens: 0, output_tokens: 0, usd: null },
    mode: "deterministic",
    model: null,
    bundle_sha256: "b".repeat(64),
    versions: { causeway: "0.1.0" },
    timings: { started_at: "2026-11-23T08:44:00.000Z", ms: 412, nodes: {} },
    ...changes,
  });
}

/** A person's decision on the action of the root cause report. */
export const anApproval: Decision = {
  actionId: "shop-17-1-a1",
  decision: "approved",
  by: "ada",
  atMs: Date.parse("2026-11-23T09:00:10.000Z"),
  note: null,
  scriptSha256: "a".repeat(64),
};

/** Two callers of one dependency look alike. */
export const openReport = (): Report =>
  provenReport({
    verdict: "inconclusive",
    why: "The two best candidates are closer than the ranking can tell apart.",
    root_causes: [],
    runbook: null,
    actions: [],
    similar: [],
    claims: [],
    next_evidence: ["Network retransmits between orders and store, 08:40 to 08:44", "CPU throttling of orders"],
    hypotheses: provenReport().hypotheses.map((one, i) => ({
      ...one,
      status: "untested",
      confidence: [0.41, 0.37][i] ?? 0,
      calibrated: false,
    })),
  });

/** An alarm with nothing behind it. */
export const quietReport = (): Report =>
  provenReport({
    verdict: "no_incident",
    why: "Nothing left its quiet range for longer than noise does.",
    onset: null,
    root_causes: [],
    hypotheses: [],
    claims: [],
    propagation: [],
    similar: [],
    runbook: null,
    actions: [],
    next_evidence: ["Check the threshold of the alarm"],
    evidence: provenReport().evidence.slice(0, 1),
    not_checked: [
      { source: "traces", why: "not recorded" },
      { source: "changes.jsonl.gz:12", why: "broken line, skipped" },
    ],
  });

export function found(
  id: string,
  signal: string,
  kind: string,
  entity: string,
  strength: number,
  summary: string,
  facts: Evidence["facts"],
): Evidence {
  return {
    id,
    signal,
    kind,
    entity,
    entity_kind: "service",
    peer: null,
    strength,
    onset: "2026-11-23T08:41:02.500Z",
    summary,
    connector: "files",
    query: "q",
    window: { start: "2026-11-23T08:40:00.000Z", end: "2026-11-23T08:46:00.000Z" },
    facts,
    template: null,
    exemplar: null,
  };
}
