import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditLines, checkAudit } from "../../../src/app/audit.ts";
import { prune, type PruneParts } from "../../../src/app/retention/prune.ts";
import { sqlAnalysisStore } from "../../../src/connectors/sql/analysis-store.ts";
import { sqlRetentionStore } from "../../../src/connectors/sql/retention.ts";
import { sqlServiceStore } from "../../../src/connectors/sql/service-store.ts";
import { sqliteCheckpoints, writtenMs } from "../../../src/connectors/sqlite/checkpoints.ts";
import { analysisIdOf, fillMonth, incidentIdOf, realAnalyses, type Template } from "../../bench-store/month.ts";
import { anAction } from "../../fakes.ts";
import { DATABASES } from "./databases.ts";

const DAY_MS = 24 * 3_600_000;
const NOW_MS = Date.parse("2026-11-30T12:00:00Z");
const COUNT = 60; // one each half day, the oldest first; each tenth was decided on
const limits: PruneParts["limits"] = {
  analyses: { maxAgeMs: 20 * DAY_MS, maxBytes: null },
  evidence: { maxAgeMs: 10 * DAY_MS, maxBytes: null },
  uploads: { maxAgeMs: null, maxBytes: null },
  checkpoints: { maxAgeMs: DAY_MS },
  memory: { maxAgeMs: null, maxDocuments: null },
  sessions: { maxAgeMs: null },
};

let templates: Template[] = [];
let work = "";
beforeAll(async () => {
  templates = await realAnalyses(["shop-001"]);
  work = await mkdtemp(join(tmpdir(), "causeway-retention-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

describe.each(DATABASES)("retention in $dialect", ({ dialect, newPlace, openSql }) => {
  async function aMonth() {
    const sql = await openSql(await newPlace());
    await fillMonth(sql, templates, {
      count: COUNT,
      fromMs: NOW_MS - 30 * DAY_MS,
      untilMs: NOW_MS,
      decided: (n) => n % 10 === 0,
    });
    const checkpoints = sqliteCheckpoints(join(work, `${dialect}-${Math.random()}.db`));
    const parts: PruneParts = {
      store: sqlRetentionStore(sql),
      checkpoints,
      memory: { list: async () => ({ documents: [], next: null }), remove: async () => 0 },
      sessions: null,
      limits,
      now: () => NOW_MS,
    };
    return { sql, parts, store: sqlAnalysisStore(sql), service: sqlServiceStore(sql), checkpoints };
  }
  const counted = ({ kinds }: Awaited<ReturnType<typeof prune>>) =>
    Object.fromEntries(kinds.filter(({ count }) => count > 0).map(({ kind, count }) => [kind, count]));

  it("shows first what it deletes then, and the store gets smaller", async () => {
    const { parts, sql } = await aMonth();
    const shown = await prune(parts, { dryRun: true, measure: true });
    // 20 of 60 are older than 20 days, two of them decided on: these lose their evidence only, as the 20 younger ones do
    expect(counted(shown)).toEqual({ analyses: 18, evidence: 22, incidents: 18 });
    expect(counted(await prune(parts, { dryRun: true, measure: true }))).toEqual(counted(shown));
    const done = await prune(parts, { dryRun: false, measure: true, full: true });
    expect(done.kinds).toEqual(shown.kinds);
    expect(done.afterBytes).toBeLessThan(done.beforeBytes * 0.8);
    expect(counted(await prune(parts, { dryRun: false, measure: false }))).toEqual({});
    await sql.close();
  });

  it("says of each link to what is gone when it was pruned, and leaves whole what stays", async () => {
    const { parts, sql, store, service } = await aMonth();
    await prune(parts, { dryRun: false, measure: false });
    const [gone, decided, thinned, young] = [analysisIdOf(1), analysisIdOf(10), analysisIdOf(25), analysisIdOf(55)];
    const pruned = (what: string) => ({ code: "NOT_FOUND", message: `the ${what} was pruned on 2026-11-30` });
    await expect(store.getReport(gone)).rejects.toMatchObject(pruned(`analysis ${gone}`));
    await expect(store.getAnalysis(gone)).rejects.toMatchObject(pruned(`analysis ${gone}`));
    await expect(service.findSummary(gone)).rejects.toMatchObject(pruned(`analysis ${gone}`));
    await expect(store.getAction(`${gone}-a1`)).rejects.toMatchObject(pruned(`analysis ${gone}`));
    await expect(service.findIncident(incidentIdOf(1))).rejects.toMatchObject(pruned(`incident ${incidentIdOf(1)}`));
    for (const id of [decided, thinned]) {
      expect((await store.getReport(id)).analysis_id).toBe(id);
      await expect(store.getArtifact(id, "findings")).rejects.toMatchObject(pruned(`evidence of analysis ${id}`));
      expect(await store.getArtifact(id, "conversation")).toBeNull();
    }
    expect(await store.getDecision(`${decided}-a1`)).toMatchObject({ by: "ada" });
    expect((await store.listActions(decided)).length).toBeGreaterThan(0);
    const refs = (await store.getArtifact(young, "findings")) as { key: string }[];
    expect(
      await store.getFindings(
        young,
        refs.map(({ key }) => key),
      ),
    ).toHaveLength(refs.length);
    await expect(store.getReport("an-never")).rejects.toMatchObject({ message: expect.stringMatching(/^there is no/) });
    await sql.close();
  });

  it("never touches the audit log", async () => {
    const { parts, sql, store } = await aMonth();
    const id = analysisIdOf(1);
    await store.putActions([anAction({ id: `${id}-a9`, analysisId: id })], NOW_MS);
    const before = await store.readAudit({ afterSeq: 0, limit: 100 });
    await prune(parts, { dryRun: false, measure: false });
    await expect(store.getReport(id)).rejects.toThrow("pruned");
    expect(await store.readAudit({ afterSeq: 0, limit: 100 })).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
    expect(await checkAudit(auditLines(store), [])).toMatchObject({ lines: before.length, problemCount: 0 });
    await sql.close();
  });

  it("keeps to a size, the oldest going first", async () => {
    const { parts, sql } = await aMonth();
    const ids = Array.from({ length: COUNT }, (_, n) => analysisIdOf(n));
    const bytes = [...(await parts.store.bytesOf(ids)).values()].reduce((sum, { evidence }) => sum + evidence, 0);
    const half = {
      ...limits,
      analyses: { maxAgeMs: null, maxBytes: null },
      evidence: { maxAgeMs: null, maxBytes: bytes / 2 },
    };
    await prune({ ...parts, limits: half }, { dryRun: false, measure: false });
    const left = (await parts.store.listHeld()).filter(({ hasEvidence }) => hasEvidence);
    // those that wait for a review stay whole for a week
    expect(left.length).toBeGreaterThanOrEqual(COUNT / 2 - 1);
    expect(left.length).toBeLessThanOrEqual(COUNT / 2 + 1);
    expect(left[0]?.id).toBe(analysisIdOf(COUNT - left.length));
    await sql.close();
  });

  it("can be stopped, and goes on with the next run", async () => {
    const { parts, sql } = await aMonth();
    const ending = new AbortController();
    const store = {
      ...parts.store,
      pruneEvidence: async (ids: readonly string[], nowMs: number) => {
        await parts.store.pruneEvidence(ids, nowMs);
        ending.abort();
      },
    };
    const options = { dryRun: false, measure: false };
    await expect(prune({ ...parts, store }, { ...options, signal: ending.signal })).rejects.toThrow("abort");
    expect(counted(await prune(parts, options))).toEqual({ analyses: 18, incidents: 18 });
    await sql.close();
  });
});

it("reads from the id of a checkpoint when it was written", () => {
  expect(writtenMs("1ec9414c-232a-6b00-b3c8-9e6bdeced846")).toBe(Date.parse("2022-02-22T19:22:22.000Z"));
  expect(writtenMs("not an id")).toBeNull();
});
