import fc from "fast-check";
import { expect, it } from "vitest";
import { pngOf } from "../../../src/connectors/resvg/png.ts";
import { incidentPicture, wantedSeries } from "../../../src/render/picture/incident-picture.ts";
import { ATTACKS, hostileReport, hostileText } from "../hostile-report.ts";
import { found, openReport, provenReport } from "../sample-reports.ts";

const seriesOf = (entity: string, metric: string, values: number[]) => ({
  entity,
  entityKind: "service",
  metric,
  timesMs: values.map((_, i) => Date.parse("2026-11-23T08:40:00Z") + i * 20_000),
  values,
});
const waits = seriesOf("store", "db_pool_wait_ms", [3, 3, 3, 812, 815, 820]);
const metric = (id: string, entity: string, name: string, strength: number) =>
  found(id, "metric", "metric.shift", entity, strength, "rose", { metric: name });

it("wants the series of the strongest metric evidence, at most three, each once", () => {
  const report = provenReport({
    evidence: [
      metric("E1", "store", "a", 9),
      metric("E2", "store", "a", 8),
      ...["b", "c", "d"].map((name, i) => metric(`E${i + 3}`, "web", name, 5 - i)),
    ],
    root_causes: [],
    hypotheses: [],
  });
  expect(wantedSeries(report).map(({ entity, metric: name }) => `${entity}.${name}`)).toEqual([
    "store.a",
    "web.b",
    "web.c",
  ]);
});
it("draws the series with its onset and the alarm, and the path with the cause at its end", () => {
  const svg = incidentPicture(provenReport(), [waits]) ?? "";
  for (const word of [
    "ROOT CAUSE",
    "E1 · store: db_pool_wait_ms",
    "abnormal since",
    "web",
    "orders",
    ">cause<",
    ">symptom<",
  ])
    expect(svg).toContain(word);
});
it("draws the same bytes for the same report", () => {
  expect(incidentPicture(provenReport(), [waits])).toBe(incidentPicture(provenReport(), [waits]));
});
it("keeps the highest of many thousand points: no spike is lost", () => {
  const values = Array.from({ length: 20_000 }, (_, i) => (i === 12_345 ? 999 : 1));
  const svg = incidentPicture(provenReport(), [seriesOf("store", "db_pool_wait_ms", values)]) ?? "";
  const ys = [...svg.matchAll(/points="([^"]+)"/g)].flatMap(([, points = ""]) =>
    points.split(" ").map((point) => Number(point.split(",")[1])),
  );
  expect(ys.length).toBeLessThan(1000);
  expect(Math.min(...ys)).toBeLessThan(Math.max(...ys) - 100);
});
it("draws nothing where there is neither a series nor a path", () => {
  expect(incidentPicture(openReport(), [])).toBeNull();
});
it("takes whatever telemetry says for text: each picture is one that can be drawn, and loads nothing", async () => {
  const pictures = ATTACKS.map(
    (attack) =>
      incidentPicture(
        provenReport({
          title: attack,
          incident_id: attack,
          root_causes: provenReport().root_causes.map((cause) => ({ ...cause, entity: attack, title: attack })),
        }),
        [waits],
      ) ?? "",
  );
  for (const svg of pictures.slice(0, 40)) expect(Buffer.from(await pngOf(svg)).toString("latin1", 1, 4)).toBe("PNG");
  fc.assert(
    fc.property(hostileReport, hostileText, (report, text) => {
      const svg = incidentPicture(report, [{ ...waits, entity: text }]) ?? "";
      expect(
        svg.replaceAll(/<\/?(?:svg|rect|text|line|polyline|path)(?: [a-z-]+="[^"<]*"| viewBox="[^"]*")*>/g, ""),
      ).not.toMatch(/[<>]/);
      expect(svg).not.toMatch(/href=|url\(/);
    }),
    { numRuns: 50 },
  );
});
it("draws a flat line, a line of two points, and numbers of any size", async () => {
  for (const values of [
    [1, 1, 1],
    [0, 1e15],
    [-5, 5],
    [1_795_000_000.1, 1_795_000_000.2],
  ])
    expect(
      (await pngOf(incidentPicture(provenReport(), [seriesOf("store", "db_pool_wait_ms", values)]) ?? "")).length,
    ).toBeGreaterThan(1000);
});
it("refuses anything that is not SVG, with the reason", async () => {
  await expect(pngOf("<b>")).rejects.toMatchObject({ code: "BAD_INPUT" });
});
