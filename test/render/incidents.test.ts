import stringWidth from "string-width";
import { expect, it } from "vitest";
import { renderIncidents } from "../../src/render/incidents.ts";

const ALARM_MS = Date.parse("2026-11-23T08:43:04.000Z");

it("lists incidents in columns: id, title, system, time of the alarm", () => {
  const list = [
    { id: "shop-1", title: "Slow checkout", alarmAtMs: ALARM_MS, system: "shop" },
    { id: "shop-seventeen", title: "Errors", alarmAtMs: null, system: null },
  ];
  expect(renderIncidents(list)).toBe(
    "shop-1          Slow checkout · shop · 2026-11-23 08:43:04 UTC\nshop-seventeen  Errors · no alarm time\n",
  );
});
it("reports when there are no incidents", () => {
  expect(renderIncidents([])).toBe(
    "There are no incidents. Set CAUSEWAY_DATA to a folder with scenarios, or run `causeway demo`.\n",
  );
});
it("keeps to the width and neutralises what others wrote", () => {
  const list = [
    { id: "x".repeat(90), title: "\u001b[2J" + "long ".repeat(60), alarmAtMs: Number.MAX_VALUE, system: "s" },
    { id: "b", title: "t", alarmAtMs: 0, system: null },
  ];
  const lines = renderIncidents(list, { color: false, width: 60 }).split("\n");
  expect(lines.filter((line) => stringWidth(line) > 60 || /\p{Cc}/u.test(line))).toEqual([]);
});
