import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { ALARM_MS, steady, topology } from "../agent/fakes.ts";
import { causeway } from "./run-cli.ts";

const AT_MS = Date.parse("2026-03-02T00:00:00Z");

/** Recorded incidents of one kind, and a home of its own. */
async function installation(...ids: string[]) {
  const dir = await tempDir();
  for (const id of ids) await writeCase(dir, id);
  const run = (...argv: string[]) =>
    causeway(argv, { env: { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir }, now: () => AT_MS });
  const analyze = async (id: string): Promise<Report> =>
    Report.parse(JSON.parse((await run("analyze", id, "--json")).stdout));
  return { dir, run, analyze };
}

describe("feedback", () => {
  it("records right and wrong outcomes and the true cause in the memory", async () => {
    const { run, analyze } = await installation("sick", "sick-again");
    const {
      analysis_id: id,
      root_causes: [blamed],
    } = await analyze("sick");
    expect(blamed).toMatchObject({ entity: "stock", category: "cpu_contention" });
    expect((await run("feedback", id, "--correct", "--by", "kim")).stdout).toBe(
      `Feedback on ${id} by kim: remembered as confirmed: stock, cpu_contention.\n`,
    );
    const similar = async () => (await analyze("sick-again")).similar;
    expect(await similar()).toMatchObject([
      { incident_id: "sick", outcome: "confirmed", entity: "stock", category: "cpu_contention" },
    ]);
    const [confirmed] = await similar();
    await run("feedback", id, "--wrong", "--by", "lee");
    const [wrong] = await similar();
    expect(wrong).toMatchObject({ outcome: "wrong", score: 0 });
    expect(confirmed?.score).toBeGreaterThan(0);
    expect((await run("feedback", id, "--actual", "orders:bad_deploy", "--by", "lee")).stdout).toContain(
      "remembered as corrected: orders, bad_deploy",
    );
    expect(await similar()).toMatchObject([{ outcome: "corrected", entity: "orders", category: "bad_deploy" }]);
  });

  it("refuses invalid input, and lists the valid forms", async () => {
    const { run, analyze } = await installation("sick");
    const { analysis_id: id } = await analyze("sick");
    expect(await run("feedback", id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--correct, --wrong or --actual"),
    });
    expect(await run("feedback", id, "--correct", "--wrong")).toMatchObject({ code: 2 });
    expect(await run("feedback", id, "--actual", "stock:gremlins")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no cause "gremlins"[\s\S]*network_delay/),
    });
    expect(await run("feedback", id, "--actual", ":network_delay")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("must name the entity"),
    });
    expect(await run("feedback", "an-nothing", "--wrong")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("an-nothing"),
    });
  });

  it("takes an entity without a cause, and one with colons in its name", async () => {
    const { run, analyze, dir } = await installation();
    const seen = { nodes: [{ id: "db.example.com:5432", kind: "database" }], edges: [...topology.edges] };
    await writeCase(dir, "sick", { files: { "topology.json": JSON.stringify(seen) } });
    const { analysis_id: id } = await analyze("sick");
    expect((await run("feedback", id, "--actual", "db.example.com:5432:disk_full")).stdout).toContain(
      "db.example.com:5432, disk_full",
    );
    expect((await run("feedback", id, "--actual", "orders")).stdout).toContain("orders, cause unknown");
  });

  it.each(["foo", "foo:disk_full"])(
    "refuses the entity of %s, which is not in the analysis, and lists those that are",
    async (actual) => {
      const { run, analyze } = await installation("sick");
      const { analysis_id: id } = await analyze("sick");
      const { code, stderr } = await run("feedback", id, "--actual", actual);
      expect(code).toBe(1);
      expect(stderr).toContain('has no entity "foo"');
      expect(stderr).toMatch(/orders[\s\S]*stock/);
      expect((await run("memory", "export")).stdout).not.toContain("corrected");
    },
  );

  it("refuses to confirm an open verdict", async () => {
    const { run, analyze, dir } = await installation();
    await writeCase(dir, "alone", {
      series: steady,
      files: {
        "alerts.jsonl": JSON.stringify({
          timeUnixMs: ALARM_MS,
          entity: "stock",
          name: "SomethingOdd",
          signal: "metric",
        }),
      },
    });
    const open = await analyze("alone");
    expect(open.verdict).toBe("inconclusive");
    const { code, stderr } = await run("feedback", open.analysis_id, "--correct");
    expect(code).toBe(1);
    expect(stderr).toContain("inconclusive: it names no cause to confirm");
    expect(stderr).toContain("--actual");
  });
});

describe("similar", () => {
  it("shows past incidents with how likely they had the same cause, who said so, and why", async () => {
    const { run, analyze } = await installation("sick", "sick-again");
    const { analysis_id: id } = await analyze("sick");
    await run("feedback", id, "--correct", "--by", "kim");
    await analyze("sick-again");
    expect((await run("similar", "sick-again")).stdout).toMatch(
      /^sick {2}Orders fail[\s\S]*stock, cpu contention \(confirmed by kim\); \d+ % likely to\s+have\s+the\s+same\s+cause;\s+both\s+show[\s\S]*on the suspect/,
    );
    expect(JSON.parse((await run("similar", "sick-again", "--json")).stdout)).toMatchObject([
      { incidentId: "sick", outcomeBy: "kim" },
    ]);
  });

  it("reports when nothing is similar, and when the incident was never analysed", async () => {
    const { run, analyze } = await installation("sick");
    await analyze("sick");
    expect(await run("similar", "sick")).toMatchObject({
      code: 0,
      stdout: "Causeway remembers no incident similar to sick.\n",
    });
    expect(await run("similar", "never")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("causeway analyze never"),
    });
    expect(await run("similar", "sick", "--limit", "0")).toMatchObject({ code: 2 });
  });
});

const LINES = [
  {
    id: "past-1",
    title: "Shop slow",
    at: "2026-01-05T10:00:00Z",
    entity: "stock",
    cause: "cpu_contention",
    symptoms: "stock cpu_up latency_up metric_shift",
    resolution: "moved it to a bigger node, asked kim@example.com",
  },
  {
    id: "past-2",
    title: "Mail down",
    at: "2026-01-06T10:00:00Z",
    symptoms: ["mail refuses connections", "user=kim4711"],
    by: "Kim Lee",
  },
];

describe("import", () => {
  it("names a cause that the catalogue does not have, and takes the rest", async () => {
    const { dir, run } = await installation();
    const file = join(dir, "past.jsonl");
    await writeFile(
      file,
      [
        { id: "a", cause: "gremlins" },
        { id: "b", cause: "network_delay" },
        { id: "c", cause: "unknown" },
      ]
        .map((past) => JSON.stringify({ title: "Slow", at: "2026-01-01T00:00:00Z", ...past }))
        .join("\n"),
    );
    expect(await run("memory", "import", file)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("2 remembered"),
      stderr: expect.stringMatching(/:1: cause: gremlins[\s\S]*network_delay/),
    });
  });

  it("remembers lines of JSON, masked, once, and names those that it cannot read", async () => {
    const { dir, run, analyze } = await installation("sick");
    const file = join(dir, "past.jsonl");
    await writeFile(
      file,
      [
        ...LINES.map((line) => JSON.stringify(line)),
        "",
        "{",
        JSON.stringify({ id: "past-3", title: "t" }),
        JSON.stringify({ ...LINES[0], id: "past-4", caus: "x" }),
      ].join("\n"),
    );
    const first = await run("memory", "import", file);
    expect(first).toMatchObject({
      code: 1,
      stdout: "2 remembered, 0 known already, 0 kept as they were judged, 3 not readable\n",
    });
    expect(first.stderr).toMatch(/past\.jsonl:4: not JSON[\s\S]*past\.jsonl:5: at: [\s\S]*past\.jsonl:6: [\s\S]*caus/);
    expect((await run("memory", "import", file)).stdout).toBe(
      "0 remembered, 2 known already, 0 kept as they were judged, 3 not readable\n",
    );
    expect((await analyze("sick")).similar).toMatchObject([
      { incident_id: "past-1", outcome: "confirmed", category: "cpu_contention" },
    ]);
    expect((await run("memory", "export")).stdout).not.toMatch(/kim@|kim4711/);
  });

  it("reads a folder of post-mortems: fields before the text, else headings and the file's name", async () => {
    const { dir, run } = await installation();
    const folder = join(dir, "post-mortems");
    await mkdir(join(folder, "2026"), { recursive: true });
    await writeFile(
      join(folder, "a.md"),
      "---\nid: pm-1\ntitle: Pool exhausted\ndate: 2026-01-05\nentity: inventory\ncause: " +
        "connection_pool_exhaustion\n---\n" +
        "# Ignored\n\n## Symptoms\n\ncheckout slow\n",
    );
    await writeFile(
      join(folder, "2026", "2026-02-03-dns.md"),
      "# Name server gone\n\n## Impact\n\nnothing resolves\n\n## Root cause\n\nIt was a network_loss " +
        "between zones.\n\n" +
        "## Resolution\n\nrestarted the resolver\n",
    );
    await writeFile(join(folder, "broken.md"), "---\n: : :\n---\n");
    await writeFile(join(folder, "half.md"), "---\nid: pm-2\ntitle: Half\nservices: [web\n---\n# Half\n");
    await writeFile(join(folder, "notes.txt"), "not a post-mortem");
    expect(await run("memory", "import", folder)).toMatchObject({
      code: 1,
      stdout: "2 remembered, 0 known already, 0 kept as they were judged, 2 not readable\n",
      stderr: expect.stringMatching(/broken\.md[\s\S]*half\.md: its front matter is not YAML/),
    });
    const exported = (await run("memory", "export")).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(exported).toEqual([
      expect.objectContaining({
        incidentId: "2026-02-03-dns",
        title: "Name server gone",
        cause: "network_loss",
        resolution: "restarted the resolver",
        atMs: Date.parse("2026-02-03"),
      }),
      expect.objectContaining({
        incidentId: "pm-1",
        title: "Pool exhausted",
        entity: "inventory",
        cause: "connection_pool_exhaustion",
        outcome: "confirmed",
        atMs: Date.parse("2026-01-05"),
      }),
    ]);
  });

  it("names the accepted input if there is nothing to read", async () => {
    const { dir, run } = await installation();
    await writeFile(join(dir, "empty.jsonl"), "");
    expect(await run("memory", "import", join(dir, "none"))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none cannot be read[\s\S]*JSON lines, or a folder/),
    });
    expect(await run("memory", "import", join(dir, "empty.jsonl"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is empty"),
    });
    expect(await run("memory", "import", dir)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no Markdown file"),
    });
  });

  it("reads again what was exported, into another memory", async () => {
    const [one, other] = [await installation("sick"), await installation("sick-again")];
    const { analysis_id: id } = await one.analyze("sick");
    await one.run("feedback", id, "--correct", "--by", "kim");
    const file = join(one.dir, "out.jsonl");
    expect(await one.run("memory", "export", file)).toMatchObject({ code: 0, stdout: `${file}\n` });
    expect(await one.run("memory", "export", file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("does not exist yet"),
    });
    expect((await other.run("memory", "import", file)).stdout).toMatch(/^1 remembered/);
    expect((await other.run("memory", "export")).stdout).toBe(await readFile(file, "utf8"));
    expect((await other.analyze("sick-again")).similar).toMatchObject([{ incident_id: "sick", outcome: "confirmed" }]);
  });
});

describe("a person's wish to be forgotten", () => {
  it("takes out all in which they are named or which they judged, and nothing else", async () => {
    const { dir, run } = await installation();
    const file = join(dir, "past.jsonl");
    const lines = [
      { id: "a", title: "Kim Lee broke it", at: "2026-01-01" },
      { id: "b", title: "t", at: "2026-01-01", cause: "disk_full", by: "kim lee" },
      { id: "c", title: "Kimono orders fail", at: "2026-01-01" },
      { id: "d", title: "t", at: "2026-01-01", resolution: "told Kim  Lee" },
    ];
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join("\n"));
    await run("memory", "import", file);
    expect((await run("memory", "delete", "--person", "Kim Lee")).stdout).toBe(
      "incident: Kim Lee broke it\nincident: t\nincident: t\n3 removed\n",
    );
    expect((await run("memory", "export")).stdout).toContain("Kimono");
    expect((await run("memory", "delete", "--person", "nobody")).stdout).toBe("0 removed\n");
    expect(await run("memory", "delete", "--person", "K")).toMatchObject({ code: 2 });
  });
});

describe("analyses", () => {
  it("lists what each analysis concluded", async () => {
    const { run, analyze, dir } = await installation("sick");
    await writeCase(dir, "alone", {
      series: steady,
      files: { "alerts.jsonl": JSON.stringify({ timeUnixMs: ALARM_MS, entity: "stock", name: "SomethingOdd" }) },
    });
    await analyze("sick");
    await analyze("alone");
    const { stdout } = await run("analyses");
    expect(stdout.replace(/\s+/g, " ")).toMatch(/sick · root cause: stock, CPU contention/i);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/alone · inconclusive \(first suspect: stock\)/);
    expect(JSON.parse((await run("analyses", "--json")).stdout)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ verdict: "inconclusive", entity: "stock", category: null }),
        expect.objectContaining({ verdict: "root_cause", entity: "stock", category: "cpu_contention" }),
      ]),
    );
  });
});
