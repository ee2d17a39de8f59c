import { afterEach, expect, it } from "vitest";
import { imageName } from "../../../src/lab/market/images.ts";
import type { CustomerOutcome } from "../../../src/lab/market/market-load.ts";
import { runMarketLoad } from "../../../src/lab/market/market-load.ts";
import { PROGRAMS } from "../../../src/lab/market/services.ts";
import { REGISTRY } from "../../../src/lab/market/images.ts";
import { MARKET } from "../../../src/lab/market/plan.ts";
import { eventually } from "../../eventually.ts";
import { startTinyCluster, type TinyCluster } from "./tiny-cluster.ts";

let cluster: TinyCluster | null = null;
afterEach(async () => {
  await cluster?.stop();
  cluster = null;
});

const until = (holds: () => boolean | Promise<boolean>) => eventually(async () => expect(await holds()).toBe(true));
const isUp = (name: string, port: number) => () => cluster?.containers.get(name)?.address(port) != null;
const post = async (name: string, port: number, path: string, body: object, headers: Record<string, string> = {}) => {
  const address = cluster?.containers.get(name)?.address(port);
  const answered = await fetch(`http://127.0.0.1:${address?.port}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers,
  });
  return { status: answered.status, body: (await answered.json()) as unknown };
};
const order = { orderId: "o1", items: [{ sku: "SKU-1000", quantity: 2 }] };

it("has an image for each workload", () => {
  for (const { name } of MARKET) expect(REGISTRY.get(imageName(name))?.program).toBe(name);
  expect(Object.keys(PROGRAMS).toSorted()).toEqual(MARKET.map(({ name }) => name).toSorted());
});

it("serves customers from the first page to a shipped order", { timeout: 120_000 }, async () => {
  cluster = startTinyCluster();
  for (const { name, port } of MARKET) await until(isUp(name, port));
  const outcomes: CustomerOutcome[] = [];
  const ending = new AbortController();
  const entry = () => cluster?.resolve("gateway", 8080) ?? Promise.resolve(null);
  const loading = runMarketLoad({
    entry,
    seed: 3,
    requestsPerSecond: () => 15,
    onOutcome: (outcome) => void outcomes.push(outcome),
    signal: ending.signal,
  });
  await until(() => outcomes.some(({ operation, isGood }) => operation === "deliver" && isGood));
  ending.abort();
  await loading;
  expect(outcomes.filter(({ operation }) => operation === "deliver").every(({ isGood }) => isGood)).toBe(true);
});

it("loses connections to the store one by one, and says that the pool is exhausted", { timeout: 60_000 }, async () => {
  cluster = startTinyCluster({ only: ["store", "stock"] });
  await until(isUp("store", 5432));
  await until(isUp("stock", 8080));
  cluster.runtime.breakWith("stock", { kind: "leak_connections", oneIn: 1 });
  await until(async () => (await post("stock", 8080, "/reservations", order)).status === 502);
  expect(cluster.lines.join("\n")).toContain("pool exhausted");
});

it("refuses a user whom the store forgot, and knows it again when that is mended", { timeout: 60_000 }, async () => {
  cluster = startTinyCluster({ only: ["store", "stock"] });
  await until(isUp("store", 5432));
  await until(isUp("stock", 8080));
  cluster.runtime.breakWith("store", { kind: "drop_user", user: "stock" });
  await until(async () => (await post("stock", 8080, "/reservations", order)).status === 502);
  expect(cluster.lines.join("\n")).toContain('password authentication failed for user \\"stock\\"');
  cluster.runtime.mend("store", "drop_user");
  await until(async () => (await post("stock", 8080, "/reservations", order)).status === 201);
});

it("exits with the name of a setting that is wrong", { timeout: 60_000 }, async () => {
  cluster = startTinyCluster({
    only: ["shipping"],
    alter: (_, container) => ({
      ...container,
      env: (container.env ?? []).map((one) =>
        one.name === "RATE_TABLE" ? { name: "RATE_TABLE", value: "summer" } : one,
      ),
    }),
  });
  expect(await cluster.containers.get("shipping")?.exited).toEqual({ exitCode: 1 });
  expect(cluster.lines.join("\n")).toContain("RATE_TABLE");
});

it("does not start a command that the image lacks", () => {
  const alter: Parameters<typeof startTinyCluster>[0] = {
    only: ["flags"],
    alter: (_, container) => ({ ...container, command: ["/app/serve"] }),
  };
  expect(() => startTinyCluster(alter)).toThrow("/app/serve");
});
