import { expect, it } from "vitest";
import { runbookLinks } from "../../src/alerts/runbook-links.ts";
import { Alert } from "../../src/domain/telemetry.ts";

const alert = (name: string, runbookUrl?: unknown): Alert => Alert.parse({ entity: "orders", name, runbookUrl });

it("lists the runbook links of alerts, most frequent first, each with its alerts", () => {
  const alerts = [
    alert("Slow", "https://r.example/slow"),
    alert("Full", "https://r.example/full"),
    alert("Fuller", "https://r.example/full"),
    alert("Full", "https://r.example/full"),
    alert("Silent"),
  ];
  expect(runbookLinks(alerts)).toEqual([
    { url: "https://r.example/full", alerts: ["Full", "Fuller"] },
    { url: "https://r.example/slow", alerts: ["Slow"] },
  ]);
});

it("drops links that are not web addresses", () => {
  expect(
    [
      alert("a", "javascript:alert(1)"),
      alert("b", "not a link"),
      alert("c", 7),
      alert("d", `https://r.example/${"x".repeat(3_000)}`),
    ].map(({ name, runbookUrl }) => [name, runbookUrl]),
  ).toEqual([
    ["a", undefined],
    ["b", undefined],
    ["c", undefined],
    ["d", undefined],
  ]);
});

it("removes credentials and normalises the address", () => {
  expect(runbookLinks([alert("a", "https://ada:pw@R.example/x/../y")])).toEqual([
    { url: "https://r.example/y", alerts: ["a"] },
  ]);
});

it("bounds the number of links, and of alerts per link", () => {
  const links = runbookLinks(Array.from({ length: 500 }, (_, n) => alert(`a${n}`, `https://r.example/${n % 50}`)));
  expect(links).toHaveLength(20);
  expect(links[0]?.alerts).toHaveLength(10);
});
