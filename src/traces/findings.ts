import type { Evidence, Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { sideOf } from "../domain/periods.ts";
import { percent, rounded } from "../domain/phrasing.ts";
import type { Span, Topology } from "../domain/telemetry.ts";
import { median } from "../stats/quantile.ts";
import { errorOrigins } from "./errors.ts";
import { type Excess, selfTimeExcess } from "./excess.ts";
import { type SpanForest, spanForest } from "./forest.ts";
import { missingCalls } from "./silence.ts";
import { spectrumFindings } from "./spectrum-findings.ts";
import { splitOfSpans } from "./split.ts";
import { topologyOfSpans } from "./topology.ts";

export type TraceInput = {
  own: readonly Span[];
  shared: readonly Span[];
  incident: Incident;
  connector: string;
  query: string;
};

/** A service that takes less than this of the added time, or adds less than `MIN_ADDED_MS` a request, is not worth a finding. */
const MIN_SHARE = 0.02;
const MIN_ADDED_MS = 0.5;
/** A service blamed for fewer of the requests than this fails as services do. */
const MIN_BLAME = 0.01;
const MIN_FAILED_TRACES = 3;
/** Spans this near the split may still be of the other side. Milliseconds. */
const ONSET_LAG_MS = 5_000;

/** `comparable`: whether there are spans of the incident and of a quiet time; without, no finding means nothing. */
export type TraceAnswer = { findings: Finding[]; topology: Topology; comparable: boolean };

/** Findings of the spans, and the topology that they tell. */
export function traceFindings({ own, shared, incident, connector, query }: TraceInput): TraceAnswer {
  const forest = spanForest(own);
  const quiet = shared.length > 0 ? spanForest(shared) : null;
  const topology = topologyOfSpans(forest);
  const splitMs = splitOfSpans(forest, quiet, incident);
  if (splitMs === null) return { findings: [], topology, comparable: false };
  const side = sideOf(incident, splitMs, ONSET_LAG_MS);
  const load: Load = {
    requests: new Set(
      own.flatMap(({ traceId }, index) => (side(forest.timesMs[index] ?? 0) === "during" ? traceId : [])),
    ).size,
    usualMs: usualRequestMs(quiet ?? forest, quiet ? () => true : (timeMs) => side(timeMs) === "before"),
  };
  const comparable =
    load.requests > 0 && (quiet !== null || forest.timesMs.some((timeMs) => side(timeMs) === "before"));
  const evidence = (what: string, facts: Evidence["facts"], template?: string): Evidence => ({
    connector,
    query: `${query} ${what}`,
    window: incident.window,
    facts,
    ...(template === undefined ? {} : { template }),
  });

  const excess = selfTimeExcess(forest, side, quiet);
  const findings = [
    ...slowFindings(excess, load, evidence),
    ...errorOrigins(forest, side, quiet).flatMap((blame): Finding[] => {
      const added = blame.during - blame.before;
      if (added < MIN_BLAME || blame.traces < MIN_FAILED_TRACES) return [];
      const [was, is] = [percent(blame.before), percent(blame.during)];
      return [
        {
          signal: "trace",
          kind: blame.failedCalls ? "trace.failed-call" : "trace.error-origin",
          entity: { id: blame.service, kind: "service" },
          strength: added,
          onsetMs: blame.firstMs,
          peer: blame.peer,
          summary: blame.failedCalls
            ? `${is} % of requests fail in calls to ${blame.service} that never reach it, ${was} % before`
            : `${is} % of requests fail first in ${blame.service} (${blame.operation}), ${was} % before`,
          evidence: evidence(`errors service=${blame.service}`, {
            share_before_percent: was,
            share_during_percent: is,
            added: rounded(added),
            failed_requests: Math.round(blame.traces),
            operation: blame.operation,
            status: blame.status,
          }),
        },
      ];
    }),
    ...spectrumFindings(forest, side, quiet, evidence),
    ...missingCalls(forest, side, quiet).map((call): Finding => ({
      signal: "trace",
      kind: "trace.silence",
      entity: { id: call.callee, kind: "service" },
      strength: call.surprise,
      onsetMs: null,
      peer: call.caller,
      summary: `${call.caller} calls ${call.callee} in ${percent(call.during)} % of ${call.operation}, ${percent(call.before)} % before`,
      evidence: evidence(`calls caller=${call.caller} callee=${call.callee}`, {
        before_percent: percent(call.before),
        during_percent: percent(call.during),
        spans: call.spans,
        operation: call.operation,
        g2: rounded(call.surprise),
      }),
    })),
  ];
  return {
    findings: findings.toSorted((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : b.strength - a.strength)),
    topology,
    comparable,
  };
}

/** `requests` seen during the incident; `usualMs`: the median request's duration before it. */
type Load = { requests: number; usualMs: number };

/** Median duration of root spans, ms; 1 where there are none. */
function usualRequestMs({ spans, parent, timesMs }: SpanForest, isQuiet: (timeMs: number) => boolean): number {
  const roots = spans.filter((_, index) => parent[index] === -1 && isQuiet(timesMs[index] ?? 0));
  return roots.length === 0 ? 1 : Math.max(0.1, median(roots.map(({ durationUs }) => durationUs / 1000)));
}

/**
 * Time added to a request inside a service (`trace.self-time`) and on the way to it (`trace.edge-latency`, told of the callee). The strength is the
 * time added to a request as a share of the usual request's; `share` is of all the added time.
 */
function slowFindings(
  excess: readonly Excess[],
  { requests, usualMs }: Load,
  evidence: (what: string, facts: Evidence["facts"]) => Evidence,
): Finding[] {
  const total = excess.reduce((sum, { excessUs }) => sum + excessUs, 0);
  const groups = Map.groupBy(excess, ({ service, callee }) =>
    callee === null ? `in ${service}` : `to ${service}\u0000${callee}`,
  );
  return [...groups.values()].flatMap((parts): Finding[] => {
    const worst = parts.toSorted((a, b) => b.excessUs - a.excessUs || (a.operation < b.operation ? -1 : 1))[0];
    if (!worst) return [];
    const sum = parts.reduce((all, { excessUs }) => all + excessUs, 0);
    const share = sum / total;
    const addedMs = sum / 1000 / Math.max(1, requests);
    if (share < MIN_SHARE || addedMs < MIN_ADDED_MS) return [];
    const [was, is, added] = [rounded(worst.beforeUs / 1000), rounded(worst.duringUs / 1000), rounded(addedMs)];
    const onsets = parts.flatMap(({ firstMs }) => firstMs ?? []);
    const { service, callee, operation } = worst;
    return [
      {
        signal: "trace",
        kind: callee === null ? "trace.self-time" : "trace.edge-latency",
        entity: { id: callee ?? service, kind: "service" },
        strength: Math.min(1e4, addedMs / usualMs),
        onsetMs: onsets.length > 0 ? onsets.reduce((a, b) => Math.min(a, b)) : null,
        peer: callee === null ? null : service,
        summary:
          callee === null
            ? `${service} itself adds ${added} ms to a request: ${operation} takes ${is} ms, ${was} ms before`
            : `the way from ${service} to ${callee} adds ${added} ms to a request: ${is} ms a call, ${was} ms before`,
        evidence: evidence(
          callee === null ? `self time service=${service}` : `way caller=${service} callee=${callee}`,
          {
            operation,
            before_ms: was,
            during_ms: is,
            added_ms: added,
            usual_request_ms: rounded(usualMs),
            share: rounded(share),
            slow_share: rounded(worst.share),
            calls: parts.reduce((n, { spans }) => n + spans, 0),
          },
        ),
      },
    ];
  });
}
