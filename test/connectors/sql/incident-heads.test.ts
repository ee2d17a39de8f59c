import { describe, expect, it } from "vitest";
import { sqlAnalysisStore } from "../../../src/connectors/sql/analysis-store.ts";
import { sqlServiceStore } from "../../../src/connectors/sql/service-store.ts";
import type { Report } from "../../../src/domain/report.ts";
import { startHeadBackfill } from "../../../src/service/backfill-heads.ts";
import { silentLog } from "../../agent/fakes.ts";
import { anIncident } from "../../fakes.ts";
import { provenReport } from "../../render/sample-reports.ts";
import { DATABASES } from "./databases.ts";

const blamed = (entity: string): Report["root_causes"] => [
  {
    entity,
    entity_kind: "service",
    category: "network_delay",
    title: "slow network",
    system_level: null,
    fault_type: null,
    confidence: 0.9,
    calibrated: true,
    evidence_ids: [],
  },
];

describe.each(DATABASES)("lists of incidents in $dialect", ({ newPlace, openSql }) => {
  const open = async () => {
    const sql = await openSql(await newPlace());
    const [store, service] = [sqlAnalysisStore(sql), sqlServiceStore(sql)];
    return {
      sql,
      service,
      add: (id: string, title: string, nowMs: number) =>
        service.addIncident(anIncident({ id, title }), { severity: null, idempotencyKey: null, nowMs }),
      async report(incidentId: string, analysisId: string, atMs: number, entity: string): Promise<void> {
        await store.createAnalysis({ id: analysisId, incidentId, status: "running", startedAtMs: atMs });
        await store.putReport(
          provenReport({
            analysis_id: analysisId,
            incident_id: incidentId,
            verdict: "root_cause",
            root_causes: blamed(entity),
            timings: { started_at: new Date(atMs).toISOString(), ms: 1, nodes: {} },
          }),
        );
      },
    };
  };
  const ids = ({ items }: { items: readonly { incident: { id: string } }[] }) =>
    items.map(({ incident }) => incident.id);
  const all = { text: null, status: null, limit: 10, offset: 0 } as const;

  it("shows the conclusion of the newest report, whatever order the reports were written in", async () => {
    const { service, add, report } = await open();
    await add("inc-1", "Checkout is slow", 1_000);
    await report("inc-1", "an-2", 20_000, "payment");
    await report("inc-1", "an-1", 10_000, "cart");
    const { items } = await service.searchIncidents(all);
    expect(items[0]?.head).toMatchObject({ analysisId: "an-2", verdict: "root_cause", entity: "payment" });
    expect((await service.headsOf(["inc-1", "nothing"])).get("inc-1")?.entity).toBe("payment");
    expect([...(await service.newestAnalyses(["inc-1", "nothing"]))]).toEqual([
      ["inc-1", { id: "an-2", status: "running" }],
    ]);
    expect([...(await service.knownIncidents(["inc-1", "nothing"]))]).toEqual(["inc-1"]);
  });

  it("finds incidents by all words of a search, in titles, ids, causes and suspects", async () => {
    const { service, add, report } = await open();
    await add("inc-1", "Checkout is slow", 1_000);
    await add("inc-2", "100 % of logins fail", 2_000);
    await report("inc-2", "an-2", 20_000, "Auth_Db");
    const search = async (text: string) => ids(await service.searchIncidents({ ...all, text }));
    expect(await search("CHECKOUT slow")).toEqual(["inc-1"]);
    expect(await search("auth_db network delay")).toEqual(["inc-2"]);
    expect(await search("100 %")).toEqual(["inc-2"]);
    expect(await search("inc-")).toEqual(["inc-2", "inc-1"]);
    expect(await search("_____")).toEqual([]);
    expect(await search(String.raw`\ ' or 1=1 --`)).toEqual([]);
  });

  it("keeps the cause in the words of the report, and finds it by them", async () => {
    const { service, add, report } = await open();
    await add("inc-1", "Checkout is slow", 1_000);
    await report("inc-1", "an-1", 20_000, "cart");
    const { items } = await service.searchIncidents({ ...all, text: "slow network" });
    expect(items[0]?.head).toMatchObject({ cause: "network_delay", what: "slow network" });
  });

  it("counts what matches, also behind the last page", async () => {
    const { service, add } = await open();
    for (let i = 0; i < 5; i += 1) await add(`inc-${i}`, i < 3 ? "Checkout is slow" : "Logins fail", i);
    const found = await service.searchIncidents({ ...all, text: "checkout", limit: 2 });
    expect([found.count, ids(found)]).toEqual([3, ["inc-2", "inc-1"]]);
    expect(await service.searchIncidents({ ...all, text: "checkout", offset: 10 })).toEqual({ count: 3, items: [] });
  });

  it("writes heads that are absent or of an older version from the newest reports, and stops when none is left", async () => {
    const { sql, service, add, report } = await open();
    for (const [at, id] of ["inc-1", "inc-2", "inc-3"].entries()) {
      await add(id, "Checkout is slow", at);
      await report(id, `an-${at}-old`, 10_000, "cart");
      await report(id, `an-${at}-new`, 20_000, "payment");
    }
    await sql.db.deleteFrom("incident_heads").where("incident_id", "=", "inc-1").execute();
    await sql.db
      .updateTable("incident_heads")
      .set({ version: 0, what: null })
      .where("incident_id", "=", "inc-2")
      .execute();
    expect(await service.reportsWithStaleHeads({ after: "", limit: 10 })).toEqual(["an-0-new", "an-1-new"]);
    expect(await service.reportsWithStaleHeads({ after: "an-0-new", limit: 10 })).toEqual(["an-1-new"]);

    // a stop after the first: the next start goes on with the second
    await service.writeHeadAgain("an-0-new");
    expect(await service.reportsWithStaleHeads({ after: "", limit: 10 })).toEqual(["an-1-new"]);
    await startHeadBackfill(service, silentLog).done;
    expect(await service.reportsWithStaleHeads({ after: "", limit: 10 })).toEqual([]);
    const heads = await service.headsOf(["inc-1", "inc-2", "inc-3"]);
    expect([...heads.values()].map(({ entity, what }) => [entity, what])).toEqual(
      Array.from({ length: 3 }, () => ["payment", "slow network"]),
    );
  });

  it("goes on behind an old report that cannot be read", async () => {
    const { sql, service, add, report } = await open();
    for (const at of [1, 2]) {
      await add(`inc-${at}`, "Checkout is slow", at);
      await report(`inc-${at}`, `an-${at}`, 10_000, "cart");
    }
    await sql.db.deleteFrom("incident_heads").execute();
    await sql.db.updateTable("reports").set({ body: "{}" }).where("analysis_id", "=", "an-1").execute();
    await startHeadBackfill(service, silentLog).done;
    expect([...(await service.headsOf(["inc-1", "inc-2"])).keys()]).toEqual(["inc-2"]);
  });

  it("pages through many incidents, the newest first, and counts them", async () => {
    const { service, add } = await open();
    for (let i = 0; i < 300; i += 1) await add(`inc-${String(i).padStart(4, "0")}`, "One of many", i);
    const page = await service.searchIncidents({ ...all, limit: 3, offset: 100 });
    expect([page.count, ids(page)]).toEqual([300, ["inc-0199", "inc-0198", "inc-0197"]]);
    expect((await service.searchIncidents({ ...all, status: "closed" })).count).toBe(0);
  });
});
