import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { causeway } from "../cli/run-cli.ts";
import { startServer } from "../http/server.ts";
import { startDebianPostgres } from "./debian-postgres.ts";

const run = promisify(execFile);
let work = "";
beforeAll(async () => void (work = await mkdtemp(join(tmpdir(), "causeway-backup-"))));
afterAll(() => rm(work, { recursive: true, force: true }));

type Place = Record<string, string>;

/** An analysed incident with a decision; returns what the command line shows of it, and the head of the audit log. */
async function analysed(env: Place) {
  const { stdout } = await causeway(["analyze", "shop-001", "--json", "--no-llm"], { env });
  const { analysis_id: id } = JSON.parse(stdout) as { analysis_id: string };
  await causeway(["reject", `${id}-a1`, "--note", "not now"], { env });
  return { id, shown: await shownOf(id, env) };
}
async function shownOf(id: string, env: Place) {
  const texts: string[] = [];
  for (const argv of [
    ["show", id],
    ["evidence", id],
    ["similar", "shop-001"],
    ["audit", "verify"],
  ]) {
    const { code, stdout } = await causeway(argv, { env });
    expect([argv, code]).toEqual([argv, 0]);
    texts.push(stdout.replaceAll(/\/\S+causeway-backup-\S+/g, "PATH"));
  }
  return texts;
}

it("restores a SQLite home that was copied while the service wrote to it", async () => {
  const server = await startServer({ home: await mkdtemp(join(work, "home-")) });
  const { id, shown } = await analysed({ CAUSEWAY_HOME: server.home });
  const copy = join(work, "copy");
  const writes = Array.from({ length: 20 }, (_, n) =>
    server.ask("/v1/incidents", { method: "POST", json: { id: `inc-${n}`, title: "t" } }),
  );
  const { code, stdout } = await causeway(["backup", copy], { env: { CAUSEWAY_HOME: server.home } });
  expect([code, stdout]).toEqual([0, expect.stringContaining("causeway.db, checkpoints.db, memory.db, masking.key")]);
  await Promise.all(writes);
  await server.stop();
  expect(await shownOf(id, { CAUSEWAY_HOME: copy })).toEqual(shown);
  const { code: refused, stderr } = await causeway(["backup", copy], { env: { CAUSEWAY_HOME: copy } });
  expect([refused, stderr]).toEqual([1, expect.stringContaining("exists")]);
});

it("restores a Postgres from pg_dump into an empty database", async () => {
  const postgres = await startDebianPostgres();
  try {
    const client = new pg.Client({ connectionString: postgres.addressOf("postgres") });
    await client.connect();
    for (const name of ["old", "fresh"]) await client.query(`create database ${name}`);
    await client.end();
    const home = await mkdtemp(join(work, "home-"));
    const old = { CAUSEWAY_HOME: home, DATABASE_URL: postgres.addressOf("old") };
    const { id, shown } = await analysed(old);
    const dump = join(work, "causeway.dump");
    await run(join(postgres.bin, "pg_dump"), ["--format=custom", `--file=${dump}`, old.DATABASE_URL]);
    const fresh = { ...old, DATABASE_URL: postgres.addressOf("fresh") };
    await run(join(postgres.bin, "pg_restore"), ["--no-owner", `--dbname=${fresh.DATABASE_URL}`, dump]);
    expect(await shownOf(id, fresh)).toEqual(shown);
    const again = await causeway(["analyze", "shop-002", "--no-llm"], { env: fresh });
    expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
  } finally {
    await postgres.stop();
  }
});
