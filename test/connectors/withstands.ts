import { expect, it } from "vitest";
import { openBackend, type QueryDoor } from "../../src/connectors/backend.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { QueryCoverage, TelemetrySource } from "../../src/domain/ports.ts";
import { queryFor, type TelemetrySignal } from "../../src/domain/query.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { HOSTILE } from "./hostile.ts";
import { serveLocally } from "./http/server.ts";

/** A connection to a server of the test. Servers that answer do so within the timeout, however busy the machine. */
export const doorTo = (url: string, timeoutMs = 60_000): QueryDoor =>
  openBackend(
    { url, label: "The server", settings: { address: "SERVER_URL" }, timeouts: { totalMs: timeoutMs } },
    { queries: 200, bytes: 256 * 1024 * 1024, ms: 120_000, concurrency: 4 },
  ).forAnalysis();

/** Far more than the timeouts, which a busy machine exceeds, and less than the limits of an analysis. */
const MAX_MS = 60_000;
const MAX_GROWTH_BYTES = 400 * 1024 * 1024;

/** Reads an answer to its end. */
export async function readToEnd<S extends TelemetrySignal>(
  source: TelemetrySource<S>,
  ...args: Parameters<TelemetrySource<S>["query"]>
): Promise<QueryCoverage> {
  const { data, coverage } = await source.query(...args);
  if (coverage.query.signal === "log")
    for (const { chunks } of data as LogStream[])
      for await (const chunk of chunks) if (chunk.length === 0) throw new Error("an empty chunk");
  return coverage;
}

/**
 * A source ends in time and with little memory at servers that misbehave, and says why it could not be asked.
 *
 * @param open the source at an address; it sends its requests through `doorTo`, with that timeout.
 */
export function withstandsHostileServers<S extends TelemetrySignal>(
  title: string,
  open: (url: string, timeoutMs: number) => TelemetrySource<S>,
): void {
  it.each(HOSTILE)(`${title}: ends with the reason at a server that %s`, async (_, answer, reason, timeoutMs) => {
    const { origin } = await serveLocally(answer);
    const source = open(origin, timeoutMs);
    const range = { startMs: Date.UTC(2026, 0, 5), endMs: Date.UTC(2026, 0, 5, 1) };
    const [startedMs, startBytes] = [performance.now(), process.memoryUsage().rss];
    const failure: unknown = await readToEnd(source, queryFor(source.signal, range, { entities: ["shop"] })).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(IncidentError);
    expect((failure as IncidentError).message).toMatch(reason);
    expect((failure as IncidentError).hint).not.toBe("");
    expect(performance.now() - startedMs).toBeLessThan(MAX_MS);
    expect(process.memoryUsage().rss - startBytes).toBeLessThan(MAX_GROWTH_BYTES);
    const checked: unknown = await source.check?.().catch((error: unknown) => error);
    expect(checked).toBeInstanceOf(IncidentError);
  });

  it(`${title}: ends with the reason where nothing listens`, async () => {
    const server = await serveLocally(() => undefined);
    await server.stop();
    const source = open(server.origin, 1_500);
    const query = queryFor(source.signal, { startMs: 0, endMs: 1 });
    await expect(source.query(query)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
}
