import { span } from "../../domain/phrasing.ts";
import type { SourceHealth } from "../../domain/ports.ts";
import type { PrometheusClient } from "./client.ts";
import { duration, oneOf, selectorOf } from "./promql.ts";
import { byTier } from "./tiers.ts";

type Fetch = { signal?: AbortSignal | undefined };
type Options = { name: string; tenant: string | null };

const DAY_MS = 86_400_000;
/** Samples are looked for in these times before now, the shortest first. */
const SEARCHED_MS = [3_600_000, DAY_MS, 30 * DAY_MS] as const;
/** Older samples are not those of a running system. */
const STALE_MS = 15 * 60_000;
/** Steps of the search for the newest sample. */
const SEARCH_STEPS = 500;

/**
 * Reads a little data: which metric, how many series, how old the newest sample is. Each thing that is not right has an
 * advice of its own.
 *
 * @throws {IncidentError} as the client
 */
export async function checkHealth(client: PrometheusClient, { tenant }: Options, fetch: Fetch): Promise<SourceHealth> {
  const startedMs = Date.now();
  const serverMs = await client.clockMs(fetch);
  const nowMs = serverMs ?? startedMs;
  const clockSkewMs = serverMs === null ? null : serverMs - (startedMs + Date.now()) / 2;
  const nothing = { hasData: false, sample: null, newestMs: null, clockSkewMs, tenant };
  for (const searchedMs of SEARCHED_MS) {
    const names = await client.labelValues("__name__", { startMs: nowMs - searchedMs, endMs: nowMs }, fetch);
    const metric = names.includes("up") ? "up" : byTier(names)[0];
    if (metric === undefined) continue;
    const selector = selectorOf([oneOf("__name__", [metric])]);
    const stepMs = Math.ceil(searchedMs / SEARCH_STEPS);
    const search = `max_over_time(timestamp(${selector})[${duration(searchedMs)}:${duration(stepMs)}])`;
    const valueOf = async (expression: string): Promise<number | undefined> =>
      (await client.instant(expression, nowMs, fetch))[0]?.values[0];
    const recent = await valueOf(`max(timestamp(${selector}))`);
    const newestSecond = recent ?? (await valueOf(`max(${search})`));
    if (newestSecond === undefined) continue;
    const newestMs = newestSecond * 1_000;
    const count = (await valueOf(`count(${recent === undefined ? search : selector})`)) ?? 0;
    return {
      hasData: true,
      sample: `${count} series of ${metric}, ${names.length} metrics`,
      newestMs,
      clockSkewMs,
      tenant,
      advice: nowMs - newestMs > STALE_MS ? [staleAdvice(nowMs - newestMs)] : [],
    };
  }
  return { ...nothing, advice: [tenant === null ? EMPTY_ADVICE : tenantAdvice(tenant)] };
}

const EMPTY_ADVICE =
  "It has no metrics of the last 30 days. Does it scrape anything, or is this the address of another server?";
const tenantAdvice = (tenant: string): string =>
  `The tenant ${tenant} has no metrics of the last 30 days. Is it the tenant that the scrapers write to (X-Scope-OrgID)?`;
const staleAdvice = (ageMs: number): string =>
  `The newest sample is ${span(ageMs)} old. Has scraping or remote write stopped?`;
