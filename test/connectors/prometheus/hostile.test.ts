import { afterEach, expect, it } from "vitest";
import { queryFor } from "../../../src/domain/query.ts";
import {
  broken,
  endless,
  type HostileServer,
  hostileServer,
  limited,
  loginPage,
  refusing,
  silent,
} from "../hostile.ts";
import { answering, matrix, Refusal, type Replies, sourceAt, Warned } from "./source.ts";

const servers: HostileServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
async function serve(listener: Parameters<typeof hostileServer>[0]): Promise<HostileServer> {
  const server = await hostileServer(listener);
  servers.push(server);
  return server;
}

const T0 = 1_700_000_000;
const QUERY = queryFor("metric", { startMs: T0 * 1_000, endMs: (T0 + 600) * 1_000 });
const UP = { __name__: "up", service_name: "cart" };
const samples = (metric: object): object =>
  matrix({ metric, values: [0, 15, 30].map((second) => [T0 + second, String(second)]) });
const cart: Replies = { names: ["up"], labels: ["service_name"], series: [UP], query: () => samples(UP) };

it.each([
  ["is silent", silent, { code: "UNAVAILABLE", message: /did not answer within 300 ms/ }],
  ["breaks off", broken, { code: "UNAVAILABLE" }],
  ["is a login page", loginPage, { code: "BAD_RESPONSE", message: /it is not JSON/ }],
  [
    "never ends",
    endless('{"status":"success","data":["up"', ',"x"'),
    { code: "BAD_RESPONSE", message: /sent more than 65536 KiB/ },
  ],
  [
    "has other types",
    answering({ ...cart, names: [{}] as never }),
    { code: "BAD_RESPONSE", message: /expected string/ },
  ],
])("fails with the reason if the server %s", async (what, listener, reason) => {
  const { url } = await serve(listener);
  const source = sourceAt(url, { timeoutMs: what === "is silent" || what === "breaks off" ? 300 : 60_000 });
  await expect(source.query(QUERY)).rejects.toMatchObject(reason);
});

it("names the credentials to check, and shows none", async () => {
  const { url } = await serve(refusing);
  const error: unknown = await sourceAt(url, { token: "s3cret-token" })
    .query(QUERY)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "REJECTED", hint: "Check PROMETHEUS_TOKEN." });
  expect(String(error)).not.toContain("s3cret-token");
});

it("waits where the server limits the rate", async () => {
  const { url, paths } = await serve(limited(2, answering(cart)));
  expect((await sourceAt(url).query(QUERY)).data).toMatchObject([
    { entity: "cart", metric: "up", values: [0, 15, 30] },
  ]);
  expect(paths.length).toBeGreaterThan(5);
});

it("drops samples that are no numbers, and what comes out of order", async () => {
  const values = [
    [T0, "1"],
    [T0 + 15, "NaN"],
    "x",
    [T0 + 10, "2"],
    [T0 + 30, {}],
    [T0 + 45, "3"],
    [T0 + 40, "4"],
    null,
  ];
  const { url } = await serve(answering({ ...cart, query: () => matrix({ metric: UP, values }) }));
  expect((await sourceAt(url).query(QUERY)).data).toMatchObject([{ values: [1, 2, 3] }]);
});

it("drops series that were not planned", async () => {
  const other = { __name__: "up", service_name: "mail" };
  const { url } = await serve(answering({ ...cart, query: () => samples(other) }));
  expect((await sourceAt(url).query(QUERY)).data).toEqual([]);
});

it("halves a query that is too much for the server", async () => {
  const tooMuch = new Refusal(422, "query processing would load too many samples into memory in query execution");
  const queries: string[] = [];
  const query = (text: string): unknown => {
    const window = Number(/\[(\d+)ms\]/.exec(text)?.[1] ?? 0);
    queries.push(text);
    return text.startsWith('{__name__="up",service_name="cart"}') && window > 200_000 && queries.length > 1
      ? tooMuch
      : samples(UP);
  };
  const { url } = await serve(answering({ ...cart, query }));
  const { data, coverage } = await sourceAt(url).query(QUERY);
  expect(data).toMatchObject([{ timesMs: [0, 15, 30].map((second) => (T0 + second) * 1_000) }]);
  expect(coverage.gaps).toEqual([]);
  expect(queries.some((text) => text.includes("[150"))).toBe(true);
});

it("reports a part that failed as a gap, and keeps the rest", async () => {
  const pod = { __name__: "up", pod: "mail-0" };
  const { url } = await serve(
    answering({
      ...cart,
      labels: ["service_name", "pod"],
      series: [UP, pod],
      query: (text) =>
        text.includes("pod=") && text.includes("[60") ? new Refusal(400, "no such thing") : samples(UP),
    }),
  );
  const { data, coverage } = await sourceAt(url).query(QUERY);
  expect(data.map(({ entity }) => entity)).toEqual(["cart"]);
  expect(coverage.gaps).toMatchObject([{ kind: "refused", why: /no such thing/ }]);
});

it("reports what a federated server warns of", async () => {
  const warning = "No StoreAPIs matched for this query";
  const { url } = await serve(answering({ ...cart, query: () => new Warned(samples(UP), warning) }));
  const { coverage } = await sourceAt(url).query(QUERY);
  expect(coverage.gaps).toEqual([{ kind: "refused", why: `prometheus warns: ${warning}` }]);
});

it("stops when its caller stops", async () => {
  const { url } = await serve(silent);
  const stop = new AbortController();
  const answer = sourceAt(url).query(QUERY, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
});
