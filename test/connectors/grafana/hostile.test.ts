import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { IncidentError } from "../../../src/domain/errors.ts";
import type { Telemetry, TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { HOSTILE, limited } from "../hostile.ts";
import { withstandsHostileServers } from "../withstands.ts";
import { jaeger, range as traceRange, tempo } from "../traces/trace-stand-ins.ts";
import { grafana } from "./grafana-stand-in.ts";
import { named, namesOf, openSources, range, serve } from "./open-sources.ts";

const json =
  (body: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));

it.each<[string, RequestListener, RegExp, object?]>([
  ["the token is wrong", grafana(), /refused the credentials/, { token: "glsa_wrong_token" }],
  [
    "the token may list nothing",
    grafana({ forbids: /^\/api/ }),
    /does not permit the token to read .*Permissions needed: datasources:read/,
  ],
  ["the token may query nothing", json([]), /no data source that Causeway can read and its token may query/],
  ["a uid leads elsewhere", json([{ uid: "../../x", name: "x", type: "prometheus" }]), /unexpected body/],
  ["types lie", json([{ uid: 7, name: ["x"], type: {} }]), /unexpected body/],
  [
    "there are more data sources than Grafana has",
    json(Array.from({ length: 5_001 }, (_, at) => ({ uid: `u${at}`, name: "x", type: "loki" }))),
    /unexpected body/,
  ],
])("says why nothing could be read if %s", async (_title, answer, reason, given = {}) => {
  const telemetry = await openSources(await serve(answer), given);
  expect(namesOf(telemetry)).toEqual(["grafana metric", "grafana log", "grafana trace"]);
  for (const source of telemetry) {
    const failure = source.query(queryFor(source.signal, range) as never).catch((error: unknown) => error);
    expect(await failure).toMatchObject({ message: expect.stringMatching(reason), hint: expect.stringMatching(/\w/) });
    expect(String(await failure)).not.toContain("glsa_");
  }
});

/** Opens Grafana with the first query, so that each way in which it misbehaves is an answer of a source. */
const lazily = (url: string, timeoutMs: number, signal: "metric" | "trace"): TelemetrySource<typeof signal> => {
  let opened: Promise<Telemetry> | undefined;
  const first = async (): Promise<TelemetrySource<typeof signal>> => {
    const found = sourcesOf(await (opened ??= openSources(url, { timeoutMs })), signal)[0];
    if (found === undefined) throw new Error("nothing was opened");
    return found as TelemetrySource<typeof signal>;
  };
  return {
    name: "grafana",
    signal,
    capabilities: { holds: "system", filters: [], metadata: [] },
    query: async (query, options) => (await first()).query(query, options),
    metadata: async (request, options) => (await first()).metadata(request, options),
    check: async (options) => {
      const found = await first();
      if (found.check === undefined) throw new Error("no check");
      return found.check(options);
    },
  };
};

withstandsHostileServers("Grafana", (url, timeoutMs) => lazily(url, timeoutMs, "metric"));

const list = readFileSync(join(import.meta.dirname, "../../../fixtures/grafana/api-datasources.json"), "utf8");
it.each(HOSTILE)("ends with the reason if a server behind Grafana %s", async (_title, answer, reason, timeoutMs) => {
  const url = await serve((request, response) => {
    if (request.url === "/api/datasources") response.end(list);
    else answer(request, response);
  });
  const startBytes = process.memoryUsage().rss;
  const source = lazily(url, timeoutMs, "trace");
  await expect(source.query(queryFor("trace", range))).rejects.toThrow(reason);
  await expect(source.check?.()).rejects.toBeInstanceOf(IncidentError);
  expect(process.memoryUsage().rss - startBytes).toBeLessThan(400 * 1024 * 1024);
});

it("waits where Grafana limits requests", async () => {
  const url = await serve(limited(2, grafana()));
  expect(namesOf(await openSources(url))).toContain("grafana/Prometheus metric");
});

it("reads the others while one data source is down, for as long as it is", async () => {
  // it asks for an hour's patience, so that nothing is gained by trying again
  const down: RequestListener = (_, response) => void response.writeHead(503, { "retry-after": "3600" }).end();
  const servers = { tempo: await serve(tempo([])), loki: await serve(down) };
  const telemetry = await openSources(await serve(grafana({ servers })));
  const logs = named(telemetry, "log", "Loki");
  for (let at = 0; at < 6; at += 1)
    await expect(logs.query(queryFor("log", range))).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(logs.query(queryFor("log", range))).rejects.toThrow(/Loki behind Grafana failed 5 times in a row/);
  expect((await named(telemetry, "trace", "Tempo").query(queryFor("trace", traceRange))).data.length).toBeGreaterThan(
    0,
  );
});

it("gives all data sources of one Grafana one limit", async () => {
  const servers = { tempo: await serve(tempo([])), jaeger: await serve(jaeger([])) };
  const telemetry = await openSources(await serve(grafana({ servers })), { limits: { queries: 3 } });
  await sourcesOf(telemetry, "trace")[0]?.metadata({ range: null, recording: null, fields: ["entities"] });
  await sourcesOf(telemetry, "trace")[1]?.metadata({ range: null, recording: null, fields: ["entities"] });
  await expect(
    sourcesOf(telemetry, "trace")[1]?.metadata({ range: null, recording: null, fields: [] }),
  ).rejects.toThrow(/limit of 3 queries/);
});
