import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { Oracle, Prediction } from "../../src/bench/formats.ts";
import { Report } from "../../src/domain/report.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

const root = join(import.meta.dirname, "../..");
const fixtures = join(root, "fixtures");
const oracleOf = (id: string) =>
  Oracle.parse(JSON.parse(readFileSync(join(fixtures, "oracles", `${id}.json`), "utf8")));

it("names service and cause of the recorded incident in the demo, from a clone, without a key", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, "bin/causeway.js"), "demo"], {
    env: { PATH: process.env.PATH ?? "", OPENAI_API_KEY: "sk-unused" },
  });
  expect(stdout).toContain("ROOT CAUSE  inventory (service): connection pool exhausted");
  expect(stdout).toContain("no model used");
  expect(stderr).toContain("causeway analyze shop-001");
  const lines = stdout.trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(45);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it("names entity and cause of every recorded fault first, and calls the healthy run quiet", async () => {
  const out = join(await tempDir(), "p.jsonl");
  expect((await causeway(["bench", "run", "--suite", fixtures, "--out", out, "--no-llm", "--jobs", "2"])).code).toBe(0);
  const predictions = readFileSync(out, "utf8")
    .trim()
    .split("\n")
    .map((line) => Prediction.parse(JSON.parse(line)));
  const faults = predictions.filter(({ id }) => oracleOf(id).faulty);
  const named = (entity: string | undefined, id: string) =>
    oracleOf(id)
      .entities.flat()
      .includes(entity ?? "")
      ? "a true root cause"
      : entity;
  expect(faults.map(({ id, ranking: [first] }) => [id, named(first?.entity, id), first?.cause])).toEqual(
    faults.map(({ id }) => [id, "a true root cause", oracleOf(id).cause]),
  );
  expect(faults.length).toBeGreaterThanOrEqual(4);
  const healthy = predictions.filter(({ id }) => !oracleOf(id).faulty);
  expect(healthy.map(({ verdict }) => verdict)).toEqual(healthy.map(() => "no_incident"));
  expect(healthy.length).toBeGreaterThanOrEqual(1);
});

it("says in report, text and markdown that the suspect has no logs of its own", async () => {
  const data = await tempDir();
  await cp(join(fixtures, "cases/shop-001"), join(data, "cases/shop-001"), { recursive: true });
  const logs = join(data, "cases/shop-001/logs.jsonl.gz");
  const others = gunzipSync(readFileSync(logs))
    .toString()
    .split("\n")
    .filter((line) => line !== "" && !line.includes('"service":"inventory"'));
  writeFileSync(logs, gzipSync(`${others.join("\n")}\n`));
  const env = { CAUSEWAY_HOME: await tempDir(), CAUSEWAY_DATA: data };
  const gap = { source: "logs of inventory", why: "it has no logs of its own, but 7 other services have logs" };
  const report = Report.parse(JSON.parse((await causeway(["analyze", "shop-001", "--json"], { env })).stdout));
  expect(report.not_checked).toContainEqual(gap);
  expect(report.hypotheses.find(({ entity }) => entity === "inventory")?.reasons).toContain(
    "it has no logs of its own",
  );
  const shown = async (format: string) =>
    (await causeway(["show", report.analysis_id, "--format", format], { env })).stdout.replaceAll(/\s+/g, " ");
  expect(await shown("text")).toContain(`${gap.source}: ${gap.why}`);
  expect(await shown("md")).toContain(`${gap.source}: ${gap.why}`);
});

it("says no number that is not in the facts of the evidence", async () => {
  const { evidence } = Report.parse(
    JSON.parse((await causeway(["analyze", "shop-004", "--json"], { env: { CAUSEWAY_HOME: await tempDir() } })).stdout),
  );
  const numbers = (text: string) => text.match(/(?<![\w.-])\d+(?:\.\d+)?(?![\w-])/g) ?? [];
  const unborne = evidence.flatMap(({ summary, facts, template }) => {
    const words = [template ?? "", ...Object.values(facts).map(String)]
      .filter((fact) => /[a-z]/i.test(fact))
      .toSorted((a, b) => b.length - a.length)
      .reduce((text, fact) => text.replaceAll(fact, ""), summary);
    const known = new Set(Object.values(facts).flatMap((fact) => numbers(String(fact))));
    const times = Object.values(facts).map(String);
    const isKnownTime = (clock: string) => times.some((time) => time.includes(`T${clock.slice(0, 8)}.`));
    const untimed = words.replaceAll(/\d\d:\d\d:\d\d UTC/g, (clock) => (isKnownTime(clock) ? "" : clock));
    return numbers(untimed.replaceAll(/"[^"]*"/g, ""))
      .filter((number) => !known.has(number))
      .map((number) => `${number}: ${summary}`);
  });
  expect(evidence.length).toBeGreaterThan(20);
  expect(unborne).toEqual([]);
});

const WITH_RUNBOOK = ["shop-001", "shop-002", "shop-003", "shop-004"];

it.each(WITH_RUNBOOK)(
  "exports for the recorded fault %s a script that bash can read, that names its target, with the hash of the report",
  async (fault) => {
    const env = { CAUSEWAY_HOME: await tempDir() };
    const report = Report.parse(JSON.parse((await causeway(["analyze", fault, "--json"], { env })).stdout));
    expect(report.runbook).toMatchObject({ drafted: false });
    expect(report.actions.length).toBeGreaterThan(0);
    expect(report.actions.map(({ target }) => target)).toEqual(report.actions.map(() => report.root_causes[0]?.entity));
    for (const { id, script_sha256: sha256, script, target } of report.actions) {
      const { script_path: path } = JSON.parse(
        (await causeway(["approve", id, "--by", "ada", "--json"], { env })).stdout,
      ) as { script_path: string };
      execFileSync("bash", ["-n", path]);
      const bytes = readFileSync(path);
      expect(bytes.toString()).toBe(script);
      expect(bytes.toString()).toMatch(new RegExp(`\\b${target}\\b`));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
  },
);
