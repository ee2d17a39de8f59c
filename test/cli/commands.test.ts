import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { steady } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

/** A home, and a data folder with a case that is sick and one that is well. */
async function place() {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  await writeCase(dir, "well", { series: steady });
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir };
  return { dir, env, run: (...argv: string[]) => causeway(argv, { env }) };
}
const reportOf = (stdout: string) => Report.parse(JSON.parse(stdout));

it("shows the diagnosis on stdout, and nothing on stderr where that is no terminal", async () => {
  const { run } = await place();
  const { code, stdout, stderr } = await run("analyze", "sick");
  expect(code).toBe(0);
  expect(stdout).toContain("ROOT CAUSE");
  expect(stdout).toContain("stock");
  expect(stdout).not.toContain("\u001b[");
  expect(stderr).toBe("");
});

it("shows progress on stderr where that is a terminal, and clears it away", async () => {
  const { env } = await place();
  const { stdout, stderr } = await causeway(["analyze", "sick"], { env, tty: true });
  expect(stderr).toContain("rank-causes");
  expect(stderr.endsWith("\r\u001b[K")).toBe(true);
  expect(stdout).toContain("\u001b[");
  expect((await causeway(["analyze", "sick", "--quiet"], { env, tty: true })).stderr).toBe("");
});

it("has no colours with NO_COLOR", async () => {
  const { env } = await place();
  expect((await causeway(["analyze", "sick"], { env: { ...env, NO_COLOR: "1" }, tty: true })).stdout).not.toContain(
    "\u001b[",
  );
});

it("demonstrates without the database and the memory that are configured", async () => {
  const { code, stdout } = await causeway(["demo"], {
    env: { DATABASE_URL: "postgres://nobody@127.0.0.1:9/none", QDRANT_URL: "http://127.0.0.1:9" },
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.not.stringContaining("memory: ") });
});

it("lists the commands within eighty columns", async () => {
  const { stdout } = await causeway(["--help"]);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

it("gives the report as JSON, as Markdown, and in a file", async () => {
  const { run, dir } = await place();
  expect(reportOf((await run("analyze", "sick", "--json")).stdout)).toMatchObject({
    incident_id: "sick",
    verdict: "root_cause",
  });
  expect(reportOf((await run("analyze", "sick", "--format", "json")).stdout).schema_version).toBe("causeway.report/1");
  expect((await run("analyze", "sick", "--format", "md")).stdout).toMatch(/^#/);
  const out = join(dir, "report.json");
  expect((await run("analyze", "sick", "--json", "--out", out)).stdout).toBe("");
  expect(reportOf(readFileSync(out, "utf8")).incident_id).toBe("sick");
});

it.each([
  ["/dev/full", /disk is full/],
  ["/dev/null/report.md", /folder that exists/],
  ["/", /not a folder/],
])("says why a report cannot be written to %s, and that it is kept", async (out, why) => {
  const { run } = await place();
  const { code, stderr } = await run("analyze", "sick", "--out", out);
  expect(code).toBe(1);
  expect(stderr).toMatch(why);
  expect((await run("show", /causeway show (an-\w+)/.exec(stderr)?.[1] ?? "")).stdout).toContain("ROOT CAUSE");
});

it("says in one line that standard output is full, and exits 1", async () => {
  const { env } = await place();
  const command = `"${process.execPath}" "${join(import.meta.dirname, "../../bin/causeway.js")}" incidents > /dev/full`;
  const failed: unknown = await promisify(execFile)("sh", ["-c", command], {
    env: { PATH: process.env.PATH ?? "", ...env },
  }).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^causeway: the result could not be written to standard output: ENOSPC[^\n]*\n$/),
  });
});

it("gives the same JSON twice, but for the analysis's id, expiries and times", async () => {
  const { run } = await place();
  const bare = async () => {
    const { stdout } = await run("analyze", "sick", "--json");
    const { analysis_id: id } = reportOf(stdout);
    const { timings: _timings, actions, ...rest } = JSON.parse(stdout.replaceAll(id, "ID")) as Report;
    return {
      ...rest,
      actions: actions.map(({ expires_at: _expiry, script_sha256: _hash, script, ...action }) => ({
        ...action,
        script: script.replaceAll(/EXPIRES=\d+|# Expires: .*/g, ""),
      })),
    };
  };
  expect(JSON.stringify(await bare())).toBe(JSON.stringify(await bare()));
});

it("says which incidents there are when one is unknown, and exits 1", async () => {
  const { run } = await place();
  const { code, stdout, stderr } = await run("analyze", "nope");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain('no incident "nope"');
  expect(stderr).toContain("sick, well");
  expect(stderr).not.toContain("    at ");
});

it.each([
  [["analyze"], 2],
  [["bogus"], 2],
  [["analyze", "sick", "--format", "pdf"], 2],
  [["analyze", "sick", "--nope"], 2],
  [["bench", "run", "--suite", "x", "--out", "y", "--jobs", "0"], 2],
  [[], 2],
  [["--help"], 0],
  [["--version"], 0],
  [["analyze", "--help"], 0],
])("exits %o with %d", async (argv, code) => {
  const { run } = await place();
  expect((await run(...argv)).code).toBe(code);
});

it("reports the verdict in the exit status only with the option", async () => {
  const { run } = await place();
  expect((await run("analyze", "well")).code).toBe(0);
  expect((await run("analyze", "well", "--exit-code")).code).toBe(0);
  const { code, stdout } = await run("analyze", "sick", "--exit-code", "--json");
  expect(code).toBe(5);
  const { analysis_id: id, actions } = reportOf(stdout);
  for (const action of actions) await run("reject", action.id);
  expect((await run("show", id, "--exit-code")).code).toBe(3);
});

it("exits with 4 when the telemetry does not suffice", async () => {
  const { dir, run } = await place();
  await mkdir(join(dir, "cases/nothing"));
  await writeFile(
    join(dir, "cases/nothing/scenario.json"),
    JSON.stringify({ schema: "causeway.scenario/1", id: "nothing" }),
  );
  const { code, stdout } = await run("analyze", "nothing", "--exit-code");
  expect(code).toBe(4);
  expect(stdout).toContain("There was no telemetry to check");
});

it("stops with 130 when the user interrupts", async () => {
  const { env } = await place();
  const abort = new AbortController();
  abort.abort();
  expect((await causeway(["analyze", "sick"], { env, signal: abort.signal })).code).toBe(130);
});

it("lists the incidents", async () => {
  const { run } = await place();
  expect((await run("incidents")).stdout).toMatch(/sick.*\n.*well/s);
  expect(JSON.parse((await run("incidents", "--json")).stdout)).toEqual([
    { id: "sick", title: "Orders fail", alarm_at: "2026-03-01T10:30:00.000Z", system: "shop", not_investigated: null },
    { id: "well", title: "Orders fail", alarm_at: "2026-03-01T10:30:00.000Z", system: "shop", not_investigated: null },
  ]);
});

it("lists the analyses, newest first, of one incident or of all", async () => {
  const { run } = await place();
  expect((await run("analyses")).stdout).toBe(
    "There are no analyses yet. Start one with `causeway analyze <incident-id>`.\n",
  );
  const { analysis_id: of } = reportOf((await run("analyze", "sick", "--json")).stdout);
  await run("analyze", "well");
  expect((await run("analyses", "sick")).stdout).toMatch(
    new RegExp(`^${of}  2.* · waiting for review · sick · root\\s+cause:[^]*\n$`),
  );
  expect(JSON.parse((await run("analyses", "--json")).stdout)).toHaveLength(2);
  expect(JSON.parse((await run("analyses", "--limit", "1", "--json")).stdout)).toHaveLength(1);
});

it("points to the help of the command that was mistyped", async () => {
  const { run } = await place();
  expect(await run("analyze", "sick", "--colour")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("causeway analyze --help"),
  });
  expect(await run("memory", "import")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("causeway memory import --help"),
  });
});

it("shows an earlier analysis, and what was decided on it", async () => {
  const { run } = await place();
  const {
    analysis_id: id,
    actions: [first],
  } = reportOf((await run("analyze", "sick", "--json")).stdout);
  expect((await run("show", id)).stdout).toContain("waiting for review");
  const approved = await run("approve", first?.id ?? "", "--note", "as discussed", "--by", "ada");
  expect(approved.stdout).toContain(first?.script_sha256);
  const path = /Script:\s+(\S+)/.exec(approved.stdout)?.[1] ?? "";
  expect(readFileSync(path, "utf8")).toBe(first?.script);
  expect((await run("show", id)).stdout).toMatch(/approved by ada on .*: as discussed/);
  expect(reportOf((await run("show", id, "--json")).stdout).analysis_id).toBe(id);
});

it("approves by the hash that was read, and nothing else", async () => {
  const { run } = await place();
  const {
    actions: [first],
  } = reportOf((await run("analyze", "sick", "--json")).stdout);
  expect(await run("approve", first?.id ?? "", "--sha256", "f".repeat(64))).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("the presented hash is ffff"),
  });
  expect(await run("approve", first?.id ?? "", "--sha256", first?.script_sha256 ?? "")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Approved"),
  });
});

it("shows scripts byte for byte to whoever comes back, and not at once", async () => {
  const { run } = await place();
  const {
    analysis_id: id,
    actions: [first],
  } = reportOf((await run("analyze", "sick", "--json")).stdout);
  const shown = (await run("show", id)).stdout;
  const framed = shown
    .slice(shown.indexOf("SHA-256"), shown.indexOf("\n  Verify"))
    .split("\n")
    .filter((line) => line.startsWith("  │ "));
  expect(`${framed.map((line) => line.slice("  │ ".length)).join("\n")}\n`).toBe(first?.script);
  expect(shown).toContain(`SHA-256       ${first?.script_sha256}`);
  expect((await run("analyze", "sick")).stdout).not.toContain("│");
});

it("does not offer decided actions again", async () => {
  const { run } = await place();
  const { analysis_id: id, actions } = reportOf((await run("analyze", "sick", "--json")).stdout);
  for (const { id } of actions) await run("reject", id, "--by", "ada");
  const [text, markdown] = [(await run("show", id)).stdout, (await run("show", id, "--format", "md")).stdout];
  for (const shown of [text, markdown]) {
    expect(shown).toContain("rejected by ada on ");
    expect(shown).not.toMatch(/causeway (approve|reject)/);
  }
});

it("says that an analysis or an action is unknown, and exits 1", async () => {
  const { run } = await place();
  expect(await run("show", "an-0")).toMatchObject({ code: 1, stderr: expect.stringContaining("an-0") });
  expect(await run("approve", "an-0-a1")).toMatchObject({ code: 1, stderr: expect.stringContaining("an-0-a1") });
});

it("replays one scenario, wherever it lies", async () => {
  const { dir, env } = await place();
  const { code, stdout } = await causeway(["replay", join(dir, "cases/sick"), "--json"], {
    env: { CAUSEWAY_HOME: env.CAUSEWAY_HOME },
  });
  expect(code).toBe(0);
  expect(reportOf(stdout)).toMatchObject({ incident_id: "sick", verdict: "root_cause" });
  expect(await causeway(["replay", dir], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("contains no scenario.json"),
  });
});

it("finds nothing wrong with a good set-up, and shows no secret", async () => {
  const { run, env } = await place();
  const { code, stdout } = await run("doctor");
  expect(stdout).toContain("2 incidents");
  expect(code).toBe(0);
  const keyed = await causeway(["doctor", "--json"], {
    env: { ...env, OPENAI_API_KEY: "sk-very-secret", OPENAI_BASE_URL: "http://127.0.0.1:9" },
  });
  expect(keyed.stdout).not.toContain("very-secret");
  expect(keyed).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/could not be reached.*http:\/\/127\.0\.0\.1:9\/models/),
  });
});

it("names each broken part: a home that is a file, and missing data", async () => {
  const { dir } = await place();
  await writeFile(join(dir, "file"), "");
  const { code, stdout } = await causeway(["doctor"], {
    env: { CAUSEWAY_HOME: join(dir, "file/home"), CAUSEWAY_DATA: join(dir, "none") },
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL {2}home: /);
  expect(stdout).toMatch(/FAIL {2}data: .*none/);
});

it("reads the configured topology, without which the service does not begin", async () => {
  const { dir, run, env } = await place();
  const file = join(dir, "who-calls-whom.json");
  expect(await causeway(["doctor"], { env: { ...env, CAUSEWAY_TOPOLOGY: file } })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^FAIL {2}topology: .*who-calls-whom\.json cannot be read/m),
  });
  await writeFile(file, JSON.stringify({ edges: [{ from: "web", to: "stock" }] }));
  expect((await causeway(["doctor"], { env: { ...env, CAUSEWAY_TOPOLOGY: file } })).stdout).toMatch(
    /^ok {4}topology: 0 nodes, 1 edges/m,
  );
  expect((await run("doctor")).stdout).toMatch(/^ok {4}topology: not configured/m);
});

it("says that the home cannot be created where no folder can be", async () => {
  const { env } = await place();
  expect(await causeway(["analyze", "sick"], { env: { ...env, CAUSEWAY_HOME: "/proc/nope/home" } })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("/proc/nope/home cannot be created"),
  });
});

it("says which setting is wrong, without a stack", async () => {
  const { env } = await place();
  const { code, stderr } = await causeway(["analyze", "sick"], { env: { ...env, OPENAI_BASE_URL: "nonsense" } });
  expect(code).toBe(1);
  expect(stderr).toContain('OPENAI_BASE_URL="nonsense"');
  expect(stderr).not.toContain("    at ");
});

it("scores predictions, prints the misses, and fails below the gate", async () => {
  const { dir, run } = await place();
  const oracles = join(dir, "answers");
  await mkdir(oracles);
  await writeFile(
    join(oracles, "sick.json"),
    JSON.stringify({ id: "sick", faulty: true, entities: [["stock"]], cause: "cpu_contention" }),
  );
  await writeFile(join(oracles, "well.json"), JSON.stringify({ id: "well", faulty: false, entities: [] }));
  const out = join(dir, "p.jsonl");
  expect(await run("bench", "run", "--suite", dir, "--out", out)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("2 predictions"),
  });
  const score = ["bench", "score", "--predictions", out, "--oracles", oracles];
  expect(await run(...score, "--fail-under", "AC@1=1", "--fail-under", "A@1=1")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/fault-free.*1\.000/),
  });
  expect(JSON.parse((await run(...score, "--json")).stdout)).toMatchObject({
    cases: 1,
    overall: { "AC@1": { value: 1 } },
  });
  await writeFile(out, `${JSON.stringify({ id: "sick", verdict: "root_cause", ranking: [{ entity: "mail" }] })}\n`);
  expect(await run(...score, "--fail-under", "AC@1=0.5")).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("AC@1 is 0.000, below 0.5"),
    stdout: expect.stringContaining("first was mail"),
  });
  await writeFile(out, "{ not json\n");
  expect(await run(...score)).toMatchObject({ code: 1, stderr: expect.stringContaining("line 1: not JSON") });
});

it("leaves no home behind after a bench", async () => {
  const { dir, env, run } = await place();
  await run("bench", "run", "--suite", dir, "--out", join(dir, "p.jsonl"));
  expect(existsSync(env.CAUSEWAY_HOME)).toBe(false);
});
