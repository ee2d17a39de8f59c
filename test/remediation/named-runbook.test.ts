import { expect, it } from "vitest";
import { namedRunbook } from "../../src/remediation/named-runbook.ts";
import { runbookFor } from "../agent/fakes.ts";

const runbooks = ["crash-loop", "full-disk"].map((slug) => ({ ...runbookFor([]), slug, name: slug }));

it.each([
  "https://r.example/team/crash-loop",
  "https://r.example/crash-loop/",
  "https://r.example/crash-loop.md?plain=1",
  "https://r.example/Crash_Loop.html",
  "https://git.example/ops/blob/main/runbooks/crash-loop/SKILL.md",
  "https://r.example/crash-loop/index.html",
  "https://r.example/all.md#crash-loop",
  "https://r.example/full-disk#crash-loop",
])("%s names the runbook crash-loop", (address) => {
  expect(namedRunbook(address, runbooks)?.slug).toBe("crash-loop");
});

it.each([
  "https://r.example/",
  "https://r.example/crash-loop/steps",
  "https://r.example/crash-loop-2",
  "https://crash-loop/",
  "https://r.example/?page=crash-loop",
  "https://r.example/skill.md",
  "https://r.example/%zz",
])("%s names no runbook", (address) => {
  expect(namedRunbook(address, runbooks)).toBeNull();
});
