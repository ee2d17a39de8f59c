import { afterAll, beforeAll, expect, it } from "vitest";
import { importSamples } from "../../servers/import-samples.ts";
import { type MetricsServer, startPrometheus, startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { hostileServer } from "../hostile.ts";
import { sourceAt } from "./source.ts";

const HOUR_MS = 3_600_000;
let [prometheus, victoria]: [MetricsServer | null, MetricsServer | null] = [null, null];
beforeAll(async () => {
  [prometheus, victoria] = await Promise.all([startPrometheus(), startVictoriaMetrics()]);
});
afterAll(async () => void (await Promise.all([prometheus?.stop(), victoria?.stop()])));

it("says that a real Prometheus has no data", async () => {
  const health = await sourceAt(prometheus?.url ?? "").check?.();
  expect(health).toMatchObject({ hasData: false, newestMs: null, tenant: null });
  expect(health?.advice).toEqual([expect.stringContaining("Does it scrape anything")]);
});

it("says how old the newest sample of a real VictoriaMetrics is", async () => {
  const [url, nowMs] = [victoria?.url ?? "", Date.now()];
  const at = [0, 1, 2].map((nth) => nowMs - HOUR_MS - nth * 15_000);
  await importSamples(
    url,
    at.flatMap((timeMs) => ["cart", "mail"].map((job) => ({ labels: { __name__: "up", job }, timeMs, value: 1 }))),
  );
  const health = await sourceAt(url).check?.();
  expect(health).toMatchObject({ hasData: true, sample: "2 series of up, 1 metrics" });
  expect(Math.abs((health?.newestMs ?? 0) - (at[0] ?? 0))).toBeLessThan(1_000);
  expect(Math.abs(health?.clockSkewMs ?? Infinity)).toBeLessThan(30_000);
  expect(health?.advice).toEqual([expect.stringMatching(/The newest sample is (59|6\d) min old/)]);
});

it("finds nothing to mend where the newest sample is new", async () => {
  const url = victoria?.url ?? "";
  await importSamples(url, [{ labels: { __name__: "up", job: "cart" }, timeMs: Date.now() - 5_000, value: 1 }]);
  expect(await sourceAt(url).check?.()).toMatchObject({ hasData: true, advice: [] });
});

it("names the tenant that has no data, as Mimir answers for one that nobody writes to", async () => {
  const clock = (): object => ({ resultType: "scalar", result: [(Date.now() + 2 * HOUR_MS) / 1_000, "1"] });
  const server = await hostileServer((request, response) => {
    const isKnown = request.headers["x-scope-orgid"] === "payments";
    const { pathname } = new URL(request.url ?? "/", "http://server");
    const data = pathname.endsWith("/query") ? clock() : isKnown ? ["up"] : [];
    response.end(JSON.stringify({ status: "success", data }));
  });
  const health = await sourceAt(server.url, { tenant: "paymnets" }).check?.();
  expect(health).toMatchObject({ hasData: false, tenant: "paymnets" });
  expect(health?.advice).toEqual([expect.stringContaining("The tenant paymnets has no metrics")]);
  expect(Math.round((health?.clockSkewMs ?? 0) / HOUR_MS)).toBe(2);
  await server.stop();
});
