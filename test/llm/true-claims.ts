import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CitedFinding } from "../../src/domain/finding.ts";
import type { Claim } from "../../src/domain/ports.ts";

/** Findings of Causeway's own recorded incidents of the shop, up to eight of each kind. */
export const RECORDED: readonly CitedFinding[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "recorded-findings.json"), "utf8"),
);

const clock = (iso: unknown): string => String(iso).slice(11, 19);
const round = (value: unknown): string => String(Number(Number(value).toPrecision(3)));
const seconds = (ms: unknown): string => (Number(ms) / 1000).toFixed(2);

/** Sentences about a finding as a model may word them, all true by its facts. */
const WORDINGS: Readonly<Record<string, (finding: CitedFinding) => string[]>> = {
  "metric.shift": ({ entity: { id }, evidence: { facts: f } }) => [
    `The metric ${f.metric} of ${id} went ${f.direction} to ${round(f.after)} from ${round(f.before)}.`,
    `At ${clock(f.onset)} UTC, ${f.metric} ${f.direction === "up" ? "rose" : "fell"} on ${id}, reaching ${round(f.after)}.`,
    `${id} shows a shift in ${f.metric} since ${clock(f.onset).slice(0, 5)} UTC, with a score of ${round(f.score)}.`,
  ],
  "metric.saturation": ({ entity: { id }, evidence: { facts: f } }) => [
    `${f.metric} on ${id} reached ${f.after} % of its bound, ${f.before} % before.`,
    `${id} is saturated: ${f.metric} stands at ${f.after}%.`,
  ],
  "log.new-template": ({ entity: { id }, evidence: { facts: f, template } }) => [
    `${id} logged a new message ${f.countAfter} times since ${clock(f.firstSeen)} UTC: "${template?.slice(0, 80)}".`,
    `A new log message of level ${f.level} appeared on ${id} about ${f.countAfter} times.`,
  ],
  "log.vanished-template": ({ entity: { id }, evidence: { facts: f } }) => [
    `${id} no longer logs a message that was expected ${f.expected} times.`,
    `A usual log message of ${id} is missing since ${clock(f.firstSeen)} UTC; ${round(f.expected)} were expected.`,
  ],
  "log.bursting-template": ({ entity: { id }, evidence: { facts: f } }) => [
    `${id} logged the same warning ${f.countAfter} times, where ${f.expected} were expected.`,
  ],
  "alert.firing": ({ entity: { id }, evidence: { facts: f } }) => [
    `The alert ${f.name} fires on ${id} since ${clock(f.since)} UTC.`,
    `${f.name} has fired for ${id}.`,
  ],
  "trace.error-origin": ({ entity: { id }, evidence: { facts: f } }) => [
    `Errors begin in ${id}: ${f.share_during_percent} % of requests fail there, ${f.share_before_percent} % before.`,
    `${f.failed_requests} requests failed first in ${id}.`,
  ],
  "trace.self-time": ({ entity: { id }, evidence: { facts: f } }) => [
    `${id} takes ${round(f.during_ms)} ms per call, up from ${round(f.before_ms)} ms.`,
    `${id} itself spends ${seconds(f.during_ms)} s, in ${f.calls} calls.`,
  ],
  "trace.edge-latency": ({ entity: { id }, peer, evidence: { facts: f } }) => [
    `Between ${id} and ${peer}, a call takes ${round(f.during_ms)} ms, ${round(f.before_ms)} ms before.`,
    `The path from ${id} to ${peer} adds ${round(f.added_ms)} ms to a request.`,
  ],
  "trace.silence": ({ entity: { id }, peer, evidence: { facts: f } }) => [
    `Only ${f.during_percent} % of requests of ${peer ?? id} still reach ${id}; it was ${f.before_percent} %.`,
  ],
  "trace.spectrum": ({ entity: { id }, evidence: { facts: f } }) => [
    `${f.bad_through_percent} % of requests through ${id} fail or are slow, and ${f.bad_elsewhere_percent} % of the others.`,
    `${f.requests_through} requests went through ${id}.`,
  ],
  "trace.failed-call": ({ evidence: { facts: f }, peer, entity: { id } }) => [
    `Calls to ${peer ?? id} never reach it in ${f.share_during_percent} % of requests.`,
    `${f.failed_requests} requests fail with "${f.status}".`,
  ],
  "metric.restart": ({ entity: { id }, evidence: { facts: f } }) => [
    `${id} restarted since ${clock(f.onset)} UTC.`,
    ...(Number(f.restarts) > 1 ? [`${id} restarted ${f.restarts} times.`] : []),
  ],
  "change.config": ({ entity: { id }, evidence: { facts: f } }) => [
    `The change ${f.id} reached ${id} at ${clock(f.at)} UTC, ${f.seconds_before} s before the onset.`,
    `A config change of ${id}, ${f.id}, came shortly before.`,
  ],
  "change.flag": ({ entity: { id }, evidence: { facts: f } }) => [
    `The flag ${f.id} was switched on ${id} at ${clock(f.at)} UTC.`,
    `${f.seconds_before} seconds before the onset, the flag ${f.id} changed on ${id}.`,
  ],
  "log.event-flow": ({ entity: { id }, evidence: { facts: f } }) => [
    `On ${id}, the usual next event follows in ${f.shareAfter} % of cases, ${f.shareBefore} % before.`,
  ],
};

export type TrueClaim = { claim: Claim; finding: CitedFinding };

export const TRUE_CLAIMS: readonly TrueClaim[] = RECORDED.flatMap((finding) => [
  { claim: { text: finding.summary.slice(0, 580), evidenceIds: [finding.id] }, finding },
  ...(WORDINGS[finding.kind]?.(finding) ?? []).map((text) => ({
    claim: { text, evidenceIds: [finding.id] },
    finding,
  })),
]);
