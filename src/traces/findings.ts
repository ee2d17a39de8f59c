import type { Evidence, Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { sideOf } from "../domain/periods.ts";
import { percent, rounded } from "../domain/phrasing.ts";
import type { Span, Topology } from "../domain/telemetry.ts";
import { median } from "../stats/quantile.ts";
import { type Blame, errorOrigins } from "./errors.ts";
import { type Excess, selfTimeExcess } from "./excess.ts";
import { type FailingRequests, failingRequests } from "./failing-requests.ts";
import { type SpanForest, spanForest } from "./forest.ts";
import { type MissingCall, missingCalls } from "./silence.ts";
import { spectrumFindings } from "./spectrum-findings.ts";
import { splitOfSpans } from "./split.ts";
import { type StoppedWork, stoppedWork } from "./stopped.ts";
import { topologyOfSpans } from "./topology.ts";

export type TraceInput = {
  own: readonly Span[];
  shared: readonly Span[];
  incident: Incident;
  connector: string;
  query: string;
  /** How the edges of a running system name where they were observed; null for a recording. */
  seenBy?: string | null;
};

/** Minimum share of all added time, and minimum added time per request, for a finding. */
const MIN_SHARE = 0.02;
const MIN_ADDED_MS = 0.5;
/** Minimum increase of the share of failed requests: fewer is a normal failure rate. */
const MIN_BLAME = 0.01;
const MIN_FAILED_TRACES = 3;
/** Spans this close to the split may belong to the other side. Milliseconds. */
const ONSET_LAG_MS = 5_000;

/**
 * `comparable`: false if spans of the incident or of a baseline are missing. Then the absence of a finding means
 * nothing.
 */
export type TraceAnswer = { findings: Finding[]; topology: Topology; comparable: boolean };

/** Finds slow services and calls, error origins and missing calls in spans, and derives the topology from them. */
export function traceFindings({ own, shared, incident, connector, query, seenBy = null }: TraceInput): TraceAnswer {
  const forest = spanForest(own);
  const quiet = shared.length > 0 ? spanForest(shared) : null;
  const topology = topologyOfSpans(forest, seenBy);
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
  const evidence: MakeEvidence = (what, facts) => ({
    connector,
    query: `${query} ${what}`,
    window: incident.window,
    facts,
  });

  const excess = selfTimeExcess(forest, side, quiet);
  const findings = [
    ...slowFindings(excess, load, evidence),
    ...errorFindings(errorOrigins(forest, side, quiet), failingRequests(forest, side, quiet), evidence),
    ...spectrumFindings(forest, side, quiet, evidence),
    ...silenceFindings(missingCalls(forest, side, quiet), evidence),
    ...stoppedFindings(stoppedWork(forest, side), evidence),
  ];
  return {
    findings: findings.toSorted((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : b.strength - a.strength)),
    topology,
    comparable,
  };
}

type MakeEvidence = (what: string, facts: Evidence["facts"]) => Evidence;

/** `requests`: number of requests during the incident. `usualMs`: median duration of a request before it. */
type Load = { requests: number; usualMs: number };

/** Median duration of root spans, ms; 1 if there are none. */
function usualRequestMs({ spans, parent, timesMs }: SpanForest, isQuiet: (timeMs: number) => boolean): number {
  const roots = spans.filter((_, index) => parent[index] === -1 && isQuiet(timesMs[index] ?? 0));
  return roots.length === 0 ? 1 : Math.max(0.1, median(roots.map(({ durationUs }) => durationUs / 1000)));
}

/**
 * Finds time added inside a service (`trace.self-time`) and between caller and callee (`trace.edge-latency`, reported
 * for the callee). The strength is the time added per request as a share of the usual request; `share` is the share of
 * all added time.
 */
function slowFindings(excess: readonly Excess[], { requests, usualMs }: Load, evidence: MakeEvidence): Finding[] {
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
            : `the path from ${service} to ${callee} adds ${added} ms to a request: ` +
              `${is} ms per call, ${was} ms before`,
        evidence: evidence(
          callee === null ? `self time service=${service}` : `edge caller=${service} callee=${callee}`,
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

/** Finds the services in which requests fail first, or that requests never reach, more often than before. */
function errorFindings(
  blames: readonly Blame[],
  requests: ReadonlyMap<string, FailingRequests>,
  evidence: MakeEvidence,
): Finding[] {
  return blames.flatMap((blame): Finding[] => {
    const added = blame.during - blame.before;
    if (added < MIN_BLAME || blame.traces < MIN_FAILED_TRACES) return [];
    const { service, operation, status } = blame;
    const [was, is] = [percent(blame.before), percent(blame.during)];
    return [
      {
        signal: "trace",
        kind: blame.failedCalls ? "trace.failed-call" : "trace.error-origin",
        entity: { id: service, kind: "service" },
        strength: added,
        onsetMs: blame.firstMs,
        peer: blame.peer,
        summary: blame.failedCalls
          ? `${is} % of requests fail in calls to ${service} that never reach it, ${was} % before`
          : `${is} % of requests fail first in ${service} (${operation}), ${was} % before`,
        evidence: evidence(`errors service=${service}`, {
          share_before_percent: was,
          share_during_percent: is,
          added: rounded(added),
          failed_requests: Math.round(blame.traces),
          operation,
          status,
          ...requestFacts(blame, requests),
        }),
      },
    ];
  });
}

/** The kind of request that fails most through a blamed service, and which share of it fails. */
function requestFacts(blame: Blame, requests: ReadonlyMap<string, FailingRequests>): Evidence["facts"] {
  const [most] = [...blame.requests]
    .flatMap(([key, count]) => {
      const request = requests.get(key);
      return request === undefined ? [] : [{ ...request, count }];
    })
    .toSorted((a, b) => b.count - a.count || (a.operation < b.operation ? -1 : 1));
  return most === undefined
    ? {}
    : {
        request_at: most.service,
        request: most.operation,
        request_failed: most.failed,
        request_failed_percent: percent(most.during),
        request_failed_before_percent: percent(most.before),
      };
}

/** Reports calls that used to be made and no longer are, for the callee. */
const silenceFindings = (calls: readonly MissingCall[], evidence: MakeEvidence): Finding[] =>
  calls.map(({ caller, callee, operation, before, during, spans, g2 }) => {
    const [was, is] = [percent(before), percent(during)];
    return {
      signal: "trace",
      kind: "trace.silence",
      entity: { id: callee, kind: "service" },
      strength: g2,
      onsetMs: null,
      peer: caller,
      summary: `${caller} calls ${callee} in ${is} % of ${operation}, ${was} % before`,
      evidence: evidence(`calls caller=${caller} callee=${callee}`, {
        before_percent: was,
        during_percent: is,
        spans,
        operation,
        g2: rounded(g2),
      }),
    };
  });

/** Reports programs that no longer start the work that they started by themselves, such as a consumer that hangs. */
const stoppedFindings = (works: readonly StoppedWork[], evidence: MakeEvidence): Finding[] =>
  works.map(({ caller, callee, operation, before, expected, lastMs, silentMs }) => ({
    signal: "trace",
    kind: "trace.stopped-work",
    entity: { id: caller, kind: "service" },
    strength: Math.min(1e4, expected),
    onsetMs: lastMs,
    peer: callee,
    summary:
      `${caller} stopped calling ${callee} by itself (${operation}): not once in ${rounded(silentMs / 1000)} s, ` +
      `${rounded(expected)} times expected`,
    evidence: evidence(`calls caller=${caller} callee=${callee}`, {
      operation,
      count_before: before,
      expected: rounded(expected),
      silent_seconds: rounded(silentMs / 1000),
      last_call: new Date(lastMs).toISOString(),
    }),
  }));
