import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { sharedQdrant } from "../servers/shared-qdrant.ts";
import { causeway } from "./run-cli.ts";

/** Two recorded incidents of one kind, and a home of its own; its configuration names a Qdrant, or none. */
async function installation(qdrant: { url: string; prefix: string } | null) {
  const dir = await tempDir();
  const home = join(dir, "home");
  await mkdir(home);
  if (qdrant !== null)
    await writeFile(join(home, "config.yaml"), `qdrant:\n  url: ${qdrant.url}\n  prefix: ${qdrant.prefix}\n`);
  await writeCase(dir, "sick");
  await writeCase(dir, "sick-again");
  const run = (...argv: string[]) => causeway(argv, { env: { CAUSEWAY_HOME: home, CAUSEWAY_DATA: dir } });
  const analyze = async (id: string): Promise<Report> =>
    Report.parse(JSON.parse((await run("analyze", id, "--json")).stdout));
  /** Analyses the incident and ends the review, so that the decision is remembered. */
  const remember = async (id: string): Promise<void> => {
    for (const action of (await analyze(id)).actions) await run("reject", action.id, "--by", "kim");
  };
  return { dir, home, run, analyze, remember };
}
const DOWN = { url: "http://127.0.0.1:9", prefix: "down" };

it("reports that the memory server is down, and concludes the same as without a memory", async () => {
  const [down, embedded] = [await installation(DOWN), await installation(null)];
  const [report, usual] = [await down.analyze("sick"), await embedded.analyze("sick")];
  expect(report.not_checked).toContainEqual({
    source: "memory",
    why: expect.stringContaining("Qdrant could not be reached"),
  });
  expect(usual.not_checked.map(({ source }) => source)).not.toContain("memory");
  expect(report).toMatchObject({ verdict: usual.verdict, hypotheses: usual.hypotheses, claims: usual.claims });
  const doctor = await down.run("doctor");
  expect(doctor).toMatchObject({ code: 1, stdout: expect.stringMatching(/^FAIL {2}memory: .*could not be reached/m) });
});

it("remembers in a Qdrant what another machine then recalls", async () => {
  const qdrant = sharedQdrant();
  const [one, other] = [await installation(qdrant), await installation(qdrant)];
  await one.remember("sick");
  expect((await other.analyze("sick-again")).similar).toMatchObject([{ incident_id: "sick" }]);
  expect((await other.run("doctor")).stdout).toMatch(/^ok {4}memory: 1 documents in qdrant/m);
});

it.each([
  ["a Qdrant", true],
  ["a file", false],
])("forgets in %s what it is told to, and only that", async (_, isShared) => {
  const { run, remember } = await installation(isShared ? sharedQdrant() : null);
  await remember("sick");
  await remember("sick-again");
  expect((await run("memory", "show")).stdout).toMatch(/^2 documents in /);
  expect(await run("memory", "remove")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("give incident ids"),
  });
  expect(await run("memory", "remove", "sick", "--all")).toMatchObject({ code: 2 });
  expect(await run("memory", "remove", "--before", "yesterday")).toMatchObject({ code: 2 });
  expect((await run("memory", "remove", "sick", "never-seen")).stdout).toBe("1 removed\n");
  expect((await run("memory", "remove", "--before", "1999-01-01")).stdout).toBe("0 removed\n");
  expect((await run("memory", "remove", "--all", "--tenant", "other")).stdout).toBe("0 removed\n");
  expect((await run("memory", "remove", "--all")).stdout).toBe("1 removed\n");
  expect(JSON.parse((await run("memory", "show", "--json")).stdout)).toMatchObject({
    count: 0,
    model: { version: expect.any(String) },
  });
});

it("takes a snapshot of a Qdrant and restores it; a file is to be copied", async () => {
  const shared = await installation(sharedQdrant());
  const file = join(shared.dir, "memory.snapshot");
  await shared.remember("sick");
  expect(await shared.run("memory", "snapshot", file)).toMatchObject({ code: 0, stdout: `${file}\n` });
  await shared.run("memory", "remove", "--all");
  expect(await shared.run("memory", "restore", file)).toMatchObject({ code: 0 });
  expect((await shared.run("memory", "show")).stdout).toMatch(/^1 document in/);
  expect((await shared.run("memory", "reembed")).stdout).toMatch(/^nothing to do/);
  const embedded = await installation(null);
  expect(await embedded.run("memory", "snapshot", file)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(join(embedded.home, "memory.db")),
  });
});
