import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../src/config.ts";
import { ask, startServer } from "../http/server.ts";
import { startAlertmanager, startPrometheus } from "../servers/metrics-servers.ts";
import { startQdrant } from "../servers/qdrant.ts";
import { startDebianPostgres } from "./debian-postgres.ts";

const FOLDER = join(import.meta.dirname, "../../deploy/compose");
const file = (name: string): string => readFileSync(join(FOLDER, name), "utf8");
type Service = {
  image?: string;
  volumes?: string[];
  environment?: Record<string, string>;
  command?: string[];
  read_only?: boolean;
};
const compose = parse(readFileSync(join(FOLDER, "../compose.yaml"), "utf8"), { merge: true }) as {
  services: Record<string, Service>;
};

const KEY = "a-key-of-this-test-only";
let work = "";
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "causeway-compose-"));
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
  await rm(work, { recursive: true, force: true });
});

describe("the compose file", () => {
  it("mounts only files that are there, or that make-secrets.sh makes", () => {
    const mounted = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume) => volume.startsWith("./compose/"))
      .map((volume) => volume.split(":")[0]?.replace("./compose/", "") ?? "");
    expect(mounted.length).toBeGreaterThan(6);
    expect(mounted.filter((name) => name !== "api-key" && !existsSync(join(FOLDER, name)))).toEqual([]);
    const copy = join(work, "secrets");
    mkdirSync(copy);
    cpSync(join(FOLDER, "make-secrets.sh"), join(copy, "make-secrets.sh"));
    execFileSync(join(copy, "make-secrets.sh"));
    expect(readdirSync(copy)).toEqual(expect.arrayContaining(["api-key", "secrets.env"]));
    expect(readFileSync(join(copy, "secrets.env"), "utf8")).toMatch(/^CAUSEWAY_API_KEY=[0-9a-f]{48}\n$/);
  });

  it("gives Causeway settings that it accepts", () => {
    for (const name of ["causeway", "worker"]) {
      const { environment = {}, read_only: readOnly } = compose.services[name] ?? {};
      const config = loadConfig({ home: work }, { ...environment, CAUSEWAY_API_KEY: KEY });
      expect(config.service.databaseUrl).toContain("@postgres:5432/");
      expect(config.retention.automatic).toBe("on");
      expect(readOnly).toBe(true);
    }
  });
});

it("starts one service after the other from its binary, with the files that compose mounts, until an alert is analysed", async () => {
  const config = join(work, "postgresql.conf");
  writeFileSync(config, file("postgresql.conf"), { mode: 0o644 });
  execFileSync("chmod", ["755", work]);
  const postgres = await startDebianPostgres(config);
  stops.push(postgres.stop);

  const settings = join(work, "qdrant.yaml");
  writeFileSync(settings, file("qdrant.yaml"));
  const qdrant = await startQdrant({ configFile: settings });
  stops.push(qdrant.stop);

  const shopFolder = join(work, "shop");
  const shop = spawn(process.execPath, [join(import.meta.dirname, "../../src/lab/serve-shop.ts")], {
    env: { PATH: process.env.PATH, SHOP_FOLDER: shopFolder },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const shopEnded = new Promise((resolve) => shop.once("exit", resolve));
  stops.push(() => (shop.kill("SIGTERM"), shopEnded));
  await new Promise<void>((resolve) =>
    shop.stdout.on("data", (text) => String(text).includes("The shop runs") && resolve()),
  );

  const causeway = await startServer({
    databaseUrl: postgres.addressOf("postgres"),
    env: { CAUSEWAY_API_KEY: KEY, QDRANT_URL: qdrant.url, CAUSEWAY_LOG_FILES: join(shopFolder, "*.log.jsonl") },
    workers: 1,
  });
  stops.push(() => causeway.stop());
  const { host } = new URL(causeway.url);
  expect((await causeway.ask("/readyz")).json).toMatchObject({ ready: true });

  const key = join(work, "api-key");
  writeFileSync(key, KEY);
  const alertmanager = await startAlertmanager({
    config: replaced(
      file("alertmanager.yml"),
      ["http://causeway:8787", causeway.url],
      ["credentials_file: api-key", `credentials_file: ${key}`],
      ["group_wait: 5s", "group_wait: 0s"],
    ),
  });
  stops.push(alertmanager.stop);
  const prometheus = await startPrometheus({
    config: replaced(
      file("prometheus.yml"),
      ["alertmanager:9093", new URL(alertmanager.url).host],
      ["/shop/targets.json", join(shopFolder, "targets.json")],
      ["causeway:8787", host],
      ["credentials_file: api-key", `credentials_file: ${key}`],
    ),
    files: { "rules.yml": file("rules.yml"), "causeway-rules.yml": file("causeway-rules.yml") },
  });
  stops.push(prometheus.stop);

  type Targets = { data: { activeTargets: { labels: { job: string }; health: string; lastError: string }[] } };
  const targets = async (): Promise<string[]> => {
    const { data } = (await (await fetch(`${prometheus.url}/api/v1/targets`)).json()) as Targets;
    return data.activeTargets.map(({ labels, health, lastError }) => `${labels.job} ${health} ${lastError}`.trim());
  };
  await expect.poll(targets).toEqual(expect.arrayContaining(["causeway up", ...Array(8).fill("shop up")]));
  const { data } = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as {
    data: { groups: { name: string }[] };
  };
  expect(data.groups.map(({ name }) => name).sort()).toEqual(["causeway", "shop"]);

  const alert = { labels: { alertname: "HighErrorRatio", job: "shop", service: "checkout", severity: "critical" } };
  const posted = await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([{ ...alert, startsAt: new Date().toISOString() }]),
  });
  expect(posted.status).toBe(200);
  const analyses = async () =>
    (await ask(causeway.url, "/v1/analyses", { key: KEY })).json as { items?: { status: string }[] };
  await expect.poll(async () => (await analyses()).items?.[0]?.status).toMatch(/waiting_for_review|done/);
});

function replaced(text: string, ...pairs: [string, string][]): string {
  return pairs.reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replaceAll(from, to);
  }, text);
}
