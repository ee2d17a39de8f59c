import { describe, expect, it } from "vitest";
import { sqlAnalysisStore } from "../../../src/connectors/sql/analysis-store.ts";
import { sqlServiceStore } from "../../../src/connectors/sql/service-store.ts";
import type { Report } from "../../../src/domain/report.ts";
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

  it("pages through many incidents, the newest first, and counts them", async () => {
    const { service, add } = await open();
    for (let i = 0; i < 300; i += 1) await add(`inc-${String(i).padStart(4, "0")}`, "One of many", i);
    const page = await service.searchIncidents({ ...all, limit: 3, offset: 100 });
    expect([page.count, ids(page)]).toEqual([300, ["inc-0199", "inc-0198", "inc-0197"]]);
    expect((await service.searchIncidents({ ...all, status: "closed" })).count).toBe(0);
  });
});
