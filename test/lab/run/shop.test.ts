import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLog, type LogLine } from "../../../src/lab/process/logger.ts";
import { parseExposition } from "../../../src/lab/process/prometheus-text.ts";
import type { SpanLine } from "../../../src/lab/process/tracer.ts";
import { startProcess } from "../../../src/lab/run/managed-process.ts";
import { type Shop, startShop } from "../../../src/lab/run/supervisor.ts";
import { PAYMENT_TOKEN, SHOP } from "../../../src/lab/shop/plan.ts";

const folder = mkdtempSync(join(tmpdir(), "causeway-test-"));
const supervisorFile = join(folder, "supervisor.log.jsonl");
const lines = <T>(file: string) =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
const spansOf = (service: string) => lines<SpanLine>(join(folder, `${service}.spans.jsonl`));
const logOf = (service: string) =>
  lines<LogLine>(join(folder, `${service}.log.jsonl`)).map(({ level, message }) => `${level} ${message}`);

/** Sends one request on its own connection. @returns the status, and the body as text. */
function ask(port: number, method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, method, path, agent: false }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, text }));
    });
    asking.on("error", reject).end(body && JSON.stringify(body));
  });
}

/** Polls until `holds`; the time limit of the test ends a wait in vain. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => void setTimeout(resolve, 100));
}

describe("a shop of real processes", () => {
  let shop: Shop;
  const portOf = (service: string): number => shop.ports.get(service) ?? 0;
  const buy = async (user: string) => {
    await ask(portOf("gateway"), "POST", `/carts/${user}/items`, { sku: "SKU-1000", quantity: 1 });
    return (await ask(portOf("gateway"), "POST", "/checkout", { user, zone: "north" })).status;
  };
  beforeAll(async () => {
    shop = await startShop(folder, openLog(supervisorFile, "supervisor"));
  });
  afterAll(async () => {
    await shop.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs each service in its own process", () => {
    const pids = lines<LogLine>(supervisorFile).map(({ message }) => /pid=(\d+)/.exec(message)?.[1]);
    expect(new Set(pids).size).toBe(SHOP.length);
    expect(pids).not.toContain(String(process.pid));
  });

  it("sells: one trace from the gateway to the store, each server span under its caller's client span", async () => {
    await until(async () => (await buy("u1")) === 201); // on a busy machine, a call of a cold process may time out
    const sold = ({ operation, status }: SpanLine): boolean => operation === "POST /checkout" && status === "OK";
    await until(() => spansOf("gateway").some(sold));
    const all = SHOP.flatMap(({ name }) => spansOf(name));
    const root = all.findLast(sold);
    const trace = all.filter(({ traceId }) => traceId === root?.traceId);
    const parentOf = (service: string) => {
      const server = trace.find((span) => span.service === service && /^(GET|POST) \//.test(span.operation));
      return trace.find(({ spanId }) => spanId === server?.parentSpanId);
    };
    expect(root?.parentSpanId).toBeNull();
    expect(parentOf("checkout")).toMatchObject({ service: "gateway", operation: "POST checkout/orders" });
    for (const callee of ["cart", "pricing", "inventory", "payment", "shipping"])
      expect(parentOf(callee)?.service).toBe("checkout");
    expect(trace.some(({ service, operation }) => service === "inventory" && operation === "sqlite UPDATE stock")).toBe(
      true,
    );
  });

  it("exports its metrics at /metrics", async () => {
    const { text } = await ask(portOf("inventory"), "GET", "/metrics");
    const values = new Map(parseExposition(text).samples.map(({ name, value }) => [name, value]));
    expect(values.get("db_client_connections_max")).toBe(6);
    for (const name of [
      "process_cpu_seconds_total",
      "process_resident_memory_bytes",
      "nodejs_heap_used_bytes",
      "http_server_requests_total",
    ]) {
      expect(values.get(name)).toBeGreaterThan(0);
    }
  });

  it("is slow only for callers if the network in front of a service is slow", async () => {
    shop.delay({ meanMs: 120, jitterMs: 0 }); // each way
    /** Microseconds that the last call spent outside of the service that it called. */
    const outsideUs = (): number => {
      const call = spansOf("catalog").findLast(({ operation }) => operation === "GET pricing/prices");
      const served = spansOf("pricing").find(({ parentSpanId }) => parentSpanId === call?.spanId);
      return call === undefined || served === undefined ? 0 : call.durationUs - served.durationUs;
    };
    await until(async () => {
      await ask(portOf("gateway"), "GET", "/products/SKU-1000");
      return outsideUs() >= 240_000;
    });
    shop.delay({ meanMs: 0, jitterMs: 0 });
    expect(outsideUs()).toBeGreaterThanOrEqual(240_000);
  });

  it("rejects a revoked token with a real 401, which reaches the customer", async () => {
    shop.reconfigure("payment", { acceptedTokens: ["another"] });
    await until(() => logOf("payment").some((line) => line.startsWith("INFO configuration reloaded")));
    const rejected = "WARN request rejected: token unknown or revoked";
    await until(async () => (await buy("u2")) === 502 && logOf("payment").at(-1)?.startsWith(rejected) === true);
    expect(logOf("checkout").at(-1)).toMatch(
      /^ERROR order failed .*step=charge peer=payment reason="401 Unauthorized"/,
    );
    expect(logOf("inventory").at(-1)).toMatch(/^INFO reservation released/);
    shop.reconfigure("payment", { acceptedTokens: [PAYMENT_TOKEN] });
  });

  it("comes back on the same port with new settings after a deploy", async () => {
    await shop.redeploy("shipping", { rateTable: "nonesuch" });
    expect((await ask(portOf("shipping"), "GET", "/options?zone=north")).status).toBe(500);
    expect(logOf("shipping").at(-1)).toMatch(
      /^ERROR invalid configuration: rateTable names no known table rateTable=nonesuch/,
    );
    await shop.redeploy("shipping", { rateTable: "standard-v1" });
    expect((await ask(portOf("shipping"), "GET", "/options?zone=north")).status).toBe(200);
  });

  it("runs out of connections when they leak, and logs it", async () => {
    shop.breakWith("inventory", { kind: "leak_connections", oneIn: 1 });
    const exhausted = "ERROR could not acquire a database connection: pool exhausted inUse=6 size=6";
    await until(async () => (await buy("u3")) === 502 && logOf("inventory").at(-1)?.startsWith(exhausted) === true);
    expect(logOf("checkout").at(-1)).toMatch(
      /^ERROR order failed .*step=reserve peer=inventory reason="503 Service Unavailable"/,
    );
    const { text } = await ask(portOf("inventory"), "GET", "/metrics");
    expect(text).toContain("db_client_connections_usage 6\n");
  });

  it("restarts after it ran out of memory", async () => {
    shop.breakWith("cart", { kind: "leak_memory", kilobytesPerRequest: 30_000 });
    await until(async () => {
      await ask(portOf("cart"), "GET", "/carts/u4").catch(() => undefined);
      return shop.restarts("cart") === 1;
    });
    await until(async () => (await ask(portOf("cart"), "GET", "/metrics").catch(() => ({ status: 0 }))).status === 200);
    const messages = lines<LogLine>(supervisorFile)
      .filter(({ service }) => service === "cart")
      .map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringContaining("JavaScript heap out of memory"));
    expect(messages).toContainEqual(expect.stringMatching(/^process exited with code 134, restarting restarts=1/));
  });
});

it("names the port that is already in use", async () => {
  const taken = createServer();
  await once(taken.listen(0, "127.0.0.1"), "listening");
  const { port } = taken.address() as AddressInfo;
  const own = mkdtempSync(join(tmpdir(), "causeway-test-"));
  const settings = {
    name: "pricing",
    port,
    peers: {},
    logFile: join(own, "l"),
    spanFile: join(own, "s"),
    otlpEndpoint: null,
    databaseFile: join(own, "d"),
    configVersion: 1,
    config: {},
  };
  const script = join(import.meta.dirname, "../../../src/lab/shop/service-process.ts");
  const starting = startProcess(
    { name: "pricing", script, argument: JSON.stringify(settings), memoryMb: 64, folder: own },
    () => {},
  );
  await expect(starting).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: `pricing did not start: port ${port} is in use`,
  });
  taken.close();
});
