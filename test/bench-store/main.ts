// `npm run bench:store`: a month of incidents in the store, in SQLite and in a real Postgres. How long do lists, search
// and reports take over HTTP, and what does `causeway prune` free? `-- sqlite` or `-- postgres` for one of the two.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql as raw } from "kysely";
import { openDatabase as openPostgres } from "../../src/connectors/postgres/open-database.ts";
import type { SqlDatabase } from "../../src/connectors/sql/tables.ts";
import { openDatabase as openSqlite } from "../../src/connectors/sqlite/open-database.ts";
import { startServer } from "../bench-service/causeway-process.ts";
import { newPostgres } from "../postgres/server.ts";
import { analysisIdOf, fillMonth, incidentIdOf, realAnalyses } from "./month.ts";

const COUNT = Number(process.env.BENCH_ANALYSES ?? 10_000);
const ROUNDS = 40;
const GATE_MS = 200;
const DAY_MS = 24 * 3_600_000;
const PROGRAM = join(import.meta.dirname, "../../bin/causeway.js");
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const middle = (n: number): number => Math.floor((COUNT * (n + 1)) / (ROUNDS + 2));
const QUESTIONS: readonly (readonly [string, (n: number) => string])[] = [
  ["list incidents (page)", () => "/"],
  ["list incidents, page 100", () => "/?page=100"],
  ["search incidents (page)", (n) => `/?q=${["inventory", "checkout", `inc-00${n}`, "no such word"][n % 4]}`],
  ["list incidents (API)", () => "/v1/incidents?limit=100"],
  ["list analyses (API)", () => "/v1/analyses?limit=100"],
  ["one incident (API)", (n) => `/v1/incidents/${incidentIdOf(middle(n))}`],
  ["report (API)", (n) => `/v1/analyses/${analysisIdOf(middle(n))}`],
  ["report as text", (n) => `/v1/analyses/${analysisIdOf(middle(n))}/report?format=text`],
];

async function measure(name: string, sql: SqlDatabase, env: Record<string, string>): Promise<boolean> {
  const fillStart = performance.now();
  const now = Date.now();
  await fillMonth(sql, templates, {
    count: COUNT,
    fromMs: now - 30 * DAY_MS,
    untilMs: now - 60_000,
    decided: (n) => n % 10 === 0,
  });
  if (name === "Postgres") await raw`analyze`.execute(sql.db);
  await sql.close();
  say(`\n${name}: ${COUNT} analyses of a month, filled in ${((performance.now() - fillStart) / 1_000).toFixed(0)} s`);
  const server = await startServer({ ...env, LOG_LEVEL: "fatal" }, ["--workers", "1"]);
  let slowest = 0;
  for (const [what, path] of QUESTIONS) {
    const took: number[] = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      const start = performance.now();
      const answer = await fetch(server.url + path(n), { redirect: "manual" });
      await answer.arrayBuffer();
      if (answer.status >= 500 || answer.status === 404) throw new Error(`${path(n)} answered ${answer.status}`);
      took.push(performance.now() - start);
    }
    const sorted = took.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    slowest = Math.max(slowest, at(0.95));
    say(
      `  ${what.padEnd(28)} p50 ${at(0.5).toFixed(1).padStart(7)} ms   p95 ${at(0.95).toFixed(1).padStart(7)} ms   max ${at(1).toFixed(1).padStart(7)} ms`,
    );
  }
  await server.end();
  const limits = { CAUSEWAY_RETENTION_EVIDENCE_DAYS: "10", CAUSEWAY_RETENTION_ANALYSES_DAYS: "20" };
  for (const flags of [[], ["--yes"], ["--yes", "--full"]]) {
    const start = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "prune", ...flags], {
      env: { ...process.env, ...env, ...limits },
    });
    say(
      `causeway prune ${flags.join(" ")} (${((performance.now() - start) / 1_000).toFixed(1)} s)\n${stdout.trimEnd()}`,
    );
  }
  say(`gate: p95 of each below ${GATE_MS} ms: ${slowest < GATE_MS ? "held" : "MISSED"} (${slowest.toFixed(0)} ms)`);
  return slowest < GATE_MS;
}

const chosen = process.argv[2] ?? "both";
const held: boolean[] = [];
const templates = await realAnalyses(["shop-001", "shop-002", "shop-003", "shop-004", "shop-005", "shop-006"]);
const home = mkdtempSync(join(tmpdir(), "causeway-bench-store-"));
if (chosen !== "postgres") {
  const sql = await openSqlite(join(home, "causeway.db"));
  await raw`pragma synchronous = off`.execute(sql.db);
  held.push(await measure("SQLite", sql, { CAUSEWAY_HOME: home }));
}
if (chosen !== "sqlite") {
  const server = await newPostgres();
  await server.start();
  const sql = await openPostgres(server.url, { maxConnections: 2 });
  held.push(await measure("Postgres", sql, { CAUSEWAY_HOME: join(home, "shared"), DATABASE_URL: server.url }));
  await server.stop();
  await server.remove();
}
rmSync(home, { recursive: true, force: true });
process.exitCode = held.every(Boolean) ? 0 : 1;
