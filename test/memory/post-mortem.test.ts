import { expect, it } from "vitest";
import { type PostMortem, readPostMortem } from "../../src/memory/post-mortem.ts";
import { findDate } from "../../src/memory/post-mortem/dates.ts";

const CHANGED_AT = Date.parse("2026-05-05T00:00:00Z");
function read(text: string, name = "case"): PostMortem {
  const found = readPostMortem({ name, text, changedAtMs: CHANGED_AT, causes: ["network_delay", "disk_full"] });
  if ("wrong" in found) throw new Error(found.wrong);
  return found;
}
const dayOf = (text: string, name?: string): string => new Date(read(text, name).past.at).toISOString().slice(0, 10);

it.each([
  ["2019-05-30", "2019-05-30T00:00Z"],
  ["2019-05-30T14:05:10Z", "2019-05-30T14:05:10Z"],
  ["on 2019-05-30 at 14:05 UTC", "2019-05-30T14:05Z"],
  ["2019/05/30", "2019-05-30T00:00Z"],
  ["2019.05.30", "2019-05-30T00:00Z"],
  ["(May 30th, 2019)", "2019-05-30T00:00Z"],
  ["Thursday, May 30, 2019, 2:05 PM", "2019-05-30T14:05Z"],
  ["Sept. 3, 2020", "2020-09-03T00:00Z"],
  ["3 March 2026", "2026-03-03T00:00Z"],
  ["the 21st of June 2021", "2021-06-21T00:00Z"],
  ["02-Jan-2024", "2024-01-02T00:00Z"],
  ["30.05.2019", "2019-05-30T00:00Z"],
  ["05/30/2019", "2019-05-30T00:00Z"],
  ["30/05/2019", "2019-05-30T00:00Z"],
  ["20190530-search-slow", "2019-05-30T00:00Z"],
])("reads the date %s", (text, date) => {
  expect(findDate(text)).toBe(date);
});

it.each([
  ["03/04/2019"],
  ["version 1.2.2019x"],
  ["31 February 2020"],
  ["99.99.2020"],
  ["took 2019 requests"],
  ["order 120190530123"],
])("reads no date in %s", (text) => {
  expect(findDate(text)).toBeNull();
});

it("passes over unknown keys of front matter, and names them", () => {
  const { past, notes } = read(
    "---\ntitle: Pool exhausted\ndate: October 16, 2025\nsev: 1\naffected_services: inventory-api, " +
      "user-service\nroot_cause: a leak\ntags: [rca]\nstatus: resolved\n---\n## Resolution\nFixed the " +
      "leak.\n",
  );
  expect(past).toMatchObject({
    title: "Pool exhausted",
    at: Date.parse("2025-10-16T00:00Z"),
    severity: "1",
    services: ["inventory-api", "user-service"],
    cause: null,
    resolution: "Fixed the leak.",
  });
  expect(past.symptoms).toContain("a leak");
  expect(notes).toEqual(["front matter ignored: tags, status"]);
});

it("reads numbered headings with emoji, keeps sub-headings in their section, and action items apart", () => {
  const { past, followUp, notes } = read(
    "# 🚨 Search was slow (May 30th, 2019)\n\n**Services Affected:** search, web\n\n## 1. Summary\n" +
      "Search answered in 20 s.\n\n" +
      "## 🔍 2. Root Cause Analysis (RCA)\nA missing index.\n\n### Details\nThe migration dropped it.\n\n" +
      "## ✅ How was it resolved?\nIndex created.\n\n### Verification\nLatency fell.\n\n## 5. Action " +
      "Items\n- alert on slow queries\n### Mitigation\n- add limits\n",
  );
  expect(past).toMatchObject({
    title: "Search was slow (May 30th, 2019)",
    at: Date.parse("2019-05-30T00:00Z"),
    services: ["search", "web"],
    resolution: "Index created.\n\nLatency fell.",
  });
  expect(past.symptoms).toMatch(/A missing index\.\s+The migration dropped it\.$/);
  expect(followUp).toBe("- alert on slow queries\n- add limits");
  expect(notes).toEqual([]);
});

it("reads setext headings and bold labels", () => {
  const { past } = read(
    "Postmortem: checkout outage\n===========================\n\n**Date**: 3 March 2026\n\n**Root " +
      "cause**: an expired certificate.\n\n**Resolution**: certificate renewed\nand rolled out.\n\n" +
      "Follow-up\n---------\n- watch expiry\n",
  );
  expect(past).toMatchObject({
    title: "Postmortem: checkout outage",
    at: Date.parse("2026-03-03T00:00Z"),
    resolution: "certificate renewed\nand rolled out.",
  });
  expect(past.symptoms).toContain("an expired certificate.");
  expect(past.resolution).not.toContain("watch");
});

/** Templates of well-known companies, each in short: text, resolution, what must not be in the resolution. */
it.each([
  [
    "Google's SRE book",
    "# Shakespeare Sonnet++ Postmortem (incident #465)\n**Date:** 2015-10-21\n**Authors:** " +
      "jennifer, martym\n**Status:** Complete\n" +
      "**Summary:** Shakespeare Search down for 66 minutes.\n**Impact:** 1.21B queries lost.\n**Root " +
      "Causes:** Cascading failure.\n" +
      "**Trigger:** Latent bug triggered by a surge.\n**Resolution:** Directed traffic to a " +
      "sacrificial cluster.\n**Detection:** Borgmon paged.\n\n" +
      "## Action Items\n| Action Item | Type | Owner |\n|---|---|---|\n| Update playbook | mitigate | " +
      "jennifer |\n\n## Lessons Learned\n### What went well\n- Monitoring\n### What went wrong\n- We " +
      "were out of practice\n",
    "Directed traffic to a sacrificial cluster.",
    "2015-10-21",
  ],
  [
    "Atlassian",
    "# Incident postmortem\n## Incident summary\nBetween 14:00 and 15:00 users saw errors on 3 " +
      "April 2023.\n## Leadup\nA change.\n## Fault\nThe pool.\n" +
      "## Impact\n40 %\n## Detection\nPagerDuty\n## Response\nThe engineer restarted it.\n## " +
      "Recovery\nWe rolled back.\n## Timeline\n14:00 start\n" +
      "## Root cause identification: The Five Whys\n1. Why\n## Backlog check\nnone\n## Lessons " +
      "learned\n- test\n## Corrective actions\n- add a test\n",
    "The engineer restarted it.\nWe rolled back.",
    "2023-04-03",
  ],
  [
    "PagerDuty",
    "# Payments delayed\n\n- **Owner**: kim\n- **Meeting Scheduled For**: Friday\n- **Status**: " +
      "Draft\n- **Incident date**: 12 May 2022\n\n## Overview\nQueue grew.\n## What Happened\nThe " +
      "consumer hung.\n" +
      "## Contributing Factors\nNo timeout.\n## Resolution\nConsumers restarted.\n## Impact\nSome.\n" +
      "## Responders\nlee\n## Timeline\n10:00\n## How'd We Do?\nGood\n## Action Items\n- add a " +
      "timeout\n",
    "Consumers restarted.",
    "2022-05-12",
  ],
  [
    "GitHub and Cloudflare",
    "# October 21 post-incident analysis\n\nPublished on 2018-10-30.\n\n## Background\nRaft.\n## " +
      "Incident timeline\n### 2018 October 21 22:52 UTC\nfailover\n## What happened\nA network " +
      "partition.\n" +
      "## How we fixed it\nRestored from backups.\n## Next steps\n### Resolving data inconsistencies\n" +
      "later\n### Communication\nbetter\n",
    "Restored from backups.",
    "2018-10-30",
  ],
  [
    "Jeli and incident.io",
    "# Checkout latency\n**Severity:** Major\n**Started at:** 2024-02-03 10:00\n\n## Narrative\n" +
      "Slow.\n## Key takeaways\n- share dashboards\n## Contributors\n- retries without backoff\n## " +
      "Mitigators\n- traffic was low\n## Follow-ups\n- [ ] backoff\n## Fix\nBackoff added.\n",
    "Backoff added.",
    "2024-02-03",
  ],
  [
    "a table of facts",
    "# DB outage\n\n| Field | Value |\n|---|---|\n| Date | 2021/11/02 |\n| Severity | SEV-2 |\n| " +
      "Affected services | orders, billing |\n| Root cause | full disk |\n| Resolution | volume grown " +
      "|\n\n## Prevention\nalert\n",
    "volume grown",
    "2021-11-02",
  ],
  [
    "plain labels",
    "Title: Login broken\nDate: 30.05.2019\nSeverity: high\n\nSummary: nobody could log in.\n\nRoot " +
      "cause: wrong secret.\n\nMitigation: secret restored.\n\nAction items: rotate in staging first\n",
    "secret restored.",
    "2019-05-30",
  ],
  [
    "a list of labels",
    "# Outage\n- **When:** Jan 5, 2020\n- **Impact:** all\n- **Cause:** DNS\n- **Fix:** restored " +
      "the zone\n- **Lessons learned:** test zones\n",
    "restored the zone",
    "2020-01-05",
  ],
])("reads the template of %s", (_what, text, resolution, day) => {
  expect(read(text).past.resolution?.replace(/\n+/g, "\n")).toBe(resolution);
  expect(dayOf(text)).toBe(day);
});

it("keeps comments in code and lines of a log out of the headings", () => {
  const { past } = read(
    "# A\n## Fix\nRun:\n```\n# restart the pods\nkubectl rollout restart\n```\nDone.\n## Action items\n- x\n",
  );
  expect(past.resolution).toContain("# restart the pods");
  expect(past.resolution).toContain("Done.");
});

it("takes the day of the file's name before one in the text, and says so if there is none", () => {
  expect(dayOf("# A\nSince 2020-01-01 this service runs.\n", "2024-07-01-api-down")).toBe("2024-07-01");
  expect(read("# A\n## Summary\nIt broke.\n").notes).toEqual(["it names no day; used the file's own date"]);
});

it("keeps a cause of the catalogue, and leaves any other unknown", () => {
  expect(read("# A\n## Root cause\ndisk_full on the primary\n").past.cause).toBe("disk_full");
  expect(read("# A\n## Root cause\nthe disk was full\n").past.cause).toBeNull();
  expect(read("---\ncause: human error\n---\n# A\n").past.cause).toBeNull();
});
