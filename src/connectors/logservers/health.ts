import { span } from "../../domain/phrasing.ts";
import type { SourceHealth } from "../../domain/ports.ts";
import type { LogServer, ServerFetch } from "./types.ts";

/** Records are looked for in these times before now, the shortest first. */
const SEARCHED_MS = [300_000, 3_600_000, 24 * 3_600_000] as const;
/** Older records are not those of a running system. */
const STALE_MS = 60 * 60_000;
const SAMPLE_RECORDS = 100;

/** A larger distance into the future is no delay of the network. */
const FUTURE_MS = 30_000;

/**
 * Reads a few records: how old the newest is, and of which services. Each thing that is not right has an advice of its
 * own.
 *
 * @throws {IncidentError} as the server
 */
export async function checkLogServer<Scope>(
  server: LogServer<Scope>,
  { tenant }: { tenant: string | null },
  fetch: ServerFetch,
): Promise<SourceHealth> {
  const nowMs = Date.now();
  const serverMs = await server.clockMs(fetch);
  const skewMs = serverMs === null ? null : serverMs - (nowMs + Date.now()) / 2;
  const health = { clockSkewMs: skewMs, tenant };
  for (const searchedMs of SEARCHED_MS) {
    // servers whose clock is ahead have records of our future
    const range = { startMs: nowMs - searchedMs, endMs: nowMs + 24 * 3_600_000 };
    const { scope } = await server.scopeOf([], range, fetch);
    if (scope === null) continue;
    const options = { ...fetch, maxRecords: SAMPLE_RECORDS, isNewest: true, onGap: () => undefined };
    const services = new Set<string>();
    let [count, unnamed, newestMs] = [0, 0, Number.NEGATIVE_INFINITY];
    for await (const page of server.read({ scope, share: "all", patterns: [] }, range, options)) {
      for (const { nanos, service } of page) {
        newestMs = Math.max(newestMs, Number(nanos / 1_000_000n));
        if (service === null) unnamed += 1;
        else services.add(service);
        count += 1;
      }
      if (count >= SAMPLE_RECORDS) break;
    }
    if (count === 0) continue;
    const ageMs = nowMs - newestMs;
    const isFuture = ageMs < -FUTURE_MS;
    const advice = [
      ageMs > STALE_MS ? `The newest record is ${span(ageMs)} old. Do the collectors still send?` : null,
      isFuture ? `Records are dated ${span(-ageMs)} in the future. Is a clock or a time zone wrong?` : null,
      unnamed === 0 ? null : `${unnamed} of ${count} records name no service. Set labels of this source.`,
    ].filter((text) => text !== null);
    return {
      ...health,
      // who writes the records has a clock too
      clockSkewMs: isFuture && Math.abs(skewMs ?? 0) < FUTURE_MS ? -ageMs : skewMs,
      hasData: true,
      sample: `${count} records of ${services.size === 1 ? "1 service" : `${services.size} services`}: ${[...services].slice(0, 3).join(", ")}`,
      newestMs,
      advice,
    };
  }
  const advice =
    tenant === null
      ? "It has no logs of the last 24 hours. Do the collectors send here, or is this the address of another server?"
      : `The tenant ${tenant} has no logs of the last 24 hours. Is it the tenant that the collectors write to?`;
  return { ...health, hasData: false, sample: null, newestMs: null, advice: [advice] };
}
