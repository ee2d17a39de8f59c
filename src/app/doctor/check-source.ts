import { type ErrorCode, IncidentError } from "../../domain/errors.ts";
import { span } from "../../domain/phrasing.ts";
import type { AnySource, SourceHealth } from "../../domain/ports.ts";
import type { CheckResult } from "./check.ts";

/** A smaller difference of clocks is the network's delay. */
const MIN_SKEW_MS = 5_000;
/** With a larger one, the records of this server lie beside the alarm in time. */
const MAX_SKEW_MS = 30_000;
/** Records of a running system are younger. */
const STALE_MS = 10 * 60_000;

const FAILED: Partial<Record<ErrorCode, string>> = {
  UNAVAILABLE: "not reached",
  BUSY: "rate limited",
  REJECTED: "refused",
  BAD_RESPONSE: "wrong answers",
  NOT_FOUND: "wrong answers",
  CONFIG: "wrong settings",
};

/**
 * Asks a live source for a little data. The result begins with one word for its state: `returns data`, `stale`, `no
 * data`, `nothing fires`, `no data for tenant X`, `clock differs`, `not reached`, `rate limited`, `refused`, `wrong
 * answers`, `wrong settings`.
 */
export async function checkSource(source: AnySource, signal: AbortSignal): Promise<CheckResult> {
  try {
    if (source.check !== undefined) return healthResult(await source.check({ signal }), Date.now());
    const { entities, names } = await source.metadata(
      { range: null, recording: null, fields: ["entities", "names"] },
      { signal },
    );
    const isEmpty = entities.length + names.length === 0;
    return {
      state: isEmpty ? "warning" : "ok",
      detail: `${isEmpty ? "no data" : "returns data"}: it lists ${entities.length} entities, ${names.length} names`,
    };
  } catch (error) {
    const word = error instanceof IncidentError ? FAILED[error.code] : undefined;
    if (!(error instanceof IncidentError) || word === undefined) throw error;
    return { state: "broken", detail: `${word}: ${error.message} (${error.hint})` };
  }
}

export function healthResult(health: SourceHealth, nowMs: number): CheckResult {
  const { sample, newestMs, tenant, advice } = health;
  const skewMs = Math.abs(health.clockSkewMs ?? 0);
  const word = stateOf(health, nowMs);
  const facts = [
    sample,
    newestMs === null ? null : `the newest is ${span(Math.max(0, nowMs - newestMs))} old`,
    tenant === null ? null : `tenant ${tenant}`,
    skewMs < MIN_SKEW_MS ? null : `its clock is ${span(skewMs)} ${(health.clockSkewMs ?? 0) > 0 ? "ahead" : "behind"}`,
  ].filter((fact) => fact !== null);
  const all = skewMs > MAX_SKEW_MS ? [...advice, "Set both clocks by the same time server"] : advice;
  const first = facts.length === 0 ? word : `${word}: ${facts.join("; ")}`;
  const isFine = word === "returns data" || (!health.hasData && word === health.emptyWord);
  return { state: isFine && all.length === 0 ? "ok" : "warning", detail: [first, ...all].join(". ") };
}

function stateOf({ hasData, emptyWord, newestMs, clockSkewMs, tenant, advice }: SourceHealth, nowMs: number): string {
  if (!hasData && emptyWord !== undefined) return emptyWord;
  if (!hasData) return tenant === null ? "no data" : `no data for tenant ${tenant}`;
  if (advice.length > 0 && newestMs !== null && nowMs - newestMs > STALE_MS) return "stale";
  return Math.abs(clockSkewMs ?? 0) > MAX_SKEW_MS ? "clock differs" : "returns data";
}
