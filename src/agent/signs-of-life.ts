import { IncidentError } from "../domain/errors.ts";
import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { incidentEndMs } from "../domain/periods.ts";
import type { Span } from "../domain/telemetry.ts";
import { nanosToMs } from "../domain/time.ts";
import type { MinedLogs } from "../logs/mined-logs.ts";
import { isError } from "../traces/forest.ts";
import type { TelemetryHandle } from "../telemetry/handle.ts";
import type { LogMiner } from "./mined-logs.ts";

/** A silence is cut into so many pieces; who works shows in nearly all of them. */
const PIECES = 6;
const FILLED = 5;
/** Whoever works writes and serves at least this share of what it did before. */
const USUAL_RATE = 0.3;
/** Someone whose lines or spans fail more often than this does not prove to be well. */
const MAX_FAILING = 0.5;

/** Something that an entity did, and whether it failed. */
type Deed = { atMs: number; failed: boolean };
/** What each entity did, by kind of record: lines, spans. */
type Deeds = Record<"log lines" | "spans", ReadonlyMap<string, Deed[]>>;

/**
 * Adds `alive_by` to findings that say that an entity stopped reporting or is down, if its logs or spans show it at
 * work all the while: `112 log lines`. Who is at work is measured badly, and not dead.
 */
export async function withSignsOfLife(
  findings: readonly Finding[],
  telemetry: TelemetryHandle,
  incident: Incident,
  minedLogs: LogMiner,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  if (!findings.some(saysDead)) return [...findings];
  const deeds: Deeds = {
    "log lines": linesOf(await readLogs(telemetry, incident, minedLogs, signal)),
    spans: spansOf((await orNone(telemetry.readIncident("trace", incident, { signal })))?.own ?? []),
  };
  return findings.map((finding) => {
    const proof = saysDead(finding) ? lifeOf(finding, incident, deeds) : null;
    if (proof === null) return finding;
    return { ...finding, evidence: { ...finding.evidence, facts: { ...finding.evidence.facts, alive_by: proof } } };
  });
}

/** True for silence, and for a metric such as `up` or `ready` that fell. */
const saysDead = ({ kind, evidence: { facts } }: Finding): boolean =>
  kind === "metric.silence" || (kind === "metric.shift" && facts.family === "instance" && facts.direction === "down");

function lifeOf({ entity, onsetMs, evidence: { facts } }: Finding, incident: Incident, deeds: Deeds): string | null {
  if (onsetMs === null) return null;
  const endMs = Date.parse(String(facts.next_sample ?? facts.back_since ?? facts.recording_end ?? ""));
  const untilMs = Number.isNaN(endMs) ? incidentEndMs(incident) : endMs;
  const proofs = Object.entries(deeds).flatMap(([what, all]) => {
    const own = all.get(entity.id) ?? [];
    const count = Number.isFinite(untilMs) ? workBetween(own, onsetMs, untilMs) : 0;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  return proofs.length === 0 ? null : proofs.join(" and ");
}

/** Number of deeds between two times; 0 if they do not show somebody at work as usual. */
function workBetween(deeds: readonly Deed[], fromMs: number, untilMs: number): number {
  const lengthMs = untilMs - fromMs;
  const within = deeds.filter(({ atMs }) => atMs > fromMs && atMs < untilMs);
  const before = deeds.filter(({ atMs }) => atMs > fromMs - lengthMs && atMs <= fromMs);
  const pieces = new Set(within.map(({ atMs }) => Math.floor(((atMs - fromMs) / lengthMs) * PIECES)));
  const failed = within.filter((deed) => deed.failed).length;
  const isUsual = within.length >= USUAL_RATE * before.length && failed <= MAX_FAILING * within.length;
  return pieces.size >= FILLED && isUsual ? within.length : 0;
}

async function readLogs(
  telemetry: TelemetryHandle,
  incident: Incident,
  minedLogs: LogMiner,
  signal: AbortSignal | undefined,
): Promise<MinedLogs | null> {
  const read = await orNone(telemetry.readIncident("log", incident, { signal }));
  return read === null ? null : ((await orNone(minedLogs(telemetry, incident, read, signal)))?.mined ?? null);
}

/** Lines by service; by pod as well where a service has one pod. */
function linesOf(mined: MinedLogs | null): Map<string, Deed[]> {
  const lines = new Map<string, Deed[]>();
  if (mined === null) return lines;
  const { table, severityOf, pods } = mined;
  for (let row = 0; row < table.size; row += 1) {
    if (table.isOwn[row] !== true) continue;
    const event = table.event[row] ?? 0;
    const service = table.services.textOf(table.eventService[event] ?? 0);
    const severity = severityOf(event);
    const known = lines.get(service) ?? [];
    if (known.length === 0) lines.set(service, known);
    known.push({ atMs: table.msOf(table.timeNs[row] ?? 0), failed: severity === "error" || severity === "fatal" });
  }
  for (const [service, own] of Map.groupBy(pods, ([, service]) => service)) {
    const [only, ...more] = own;
    const written = lines.get(service);
    if (only !== undefined && more.length === 0 && written !== undefined) lines.set(only[0], written);
  }
  return lines;
}

/** Spans by service and by pod. */
function spansOf(spans: readonly Span[]): Map<string, Deed[]> {
  const deeds = new Map<string, Deed[]>();
  for (const span of spans) {
    const { service, pod, startUnixNano } = span;
    const deed = { atMs: nanosToMs(startUnixNano), failed: isError(span) };
    for (const id of pod === null ? [service] : [service, pod]) {
      const known = deeds.get(id) ?? [];
      if (known.length === 0) deeds.set(id, known);
      known.push(deed);
    }
  }
  return deeds;
}

/** What cannot be read proves nothing; its own node reports it. */
const orNone = async <T>(read: Promise<T | null>): Promise<T | null> => {
  try {
    return await read;
  } catch (error) {
    if (error instanceof IncidentError) return null;
    throw error;
  }
};
