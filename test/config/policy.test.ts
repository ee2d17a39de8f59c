import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { tempDir } from "../compose/recorded-suite.ts";

async function policyOf(text: string) {
  const home = await tempDir();
  writeFileSync(join(home, "policy.yaml"), text);
  return () => loadConfig({ home }, {}).policy;
}

it("reads policy.yaml in the home folder, or the file that is named", async () => {
  const read = await policyOf("rules:\n  - name: nothing\n    mode: forbidden\n");
  expect(read().rules).toMatchObject([{ name: "nothing", mode: "forbidden" }]);
  const home = await tempDir();
  const file = join(home, "other.yaml");
  writeFileSync(file, "approval: {expiresMinutes: 5}\n");
  expect(loadConfig({ home }, { CAUSEWAY_POLICY: file }).policy.approval.expiresMinutes).toBe(5);
  expect(() => loadConfig({ home }, { CAUSEWAY_POLICY: join(home, "missing.yaml") })).toThrow(/missing\.yaml/);
});

it.each([
  ["zone: Mars/Olympus", "line 1: is no time zone"],
  ["rules:\n  - name: a\n    mode: perhaps", "line 3: Invalid option"],
  [
    "rules:\n  - name: a\n    when:\n      knd: restart\n    mode: forbidden",
    /line 4: Unrecognized key: "knd"\. Did you mean kind\?/,
  ],
  ["zone: UTC\nrules:\n  - name: fast\n    mode: auto", "line 4: auto is for queries only"],
  ['freezes:\n  - name: x\n    from: "tomorrow"\n    to: "2026-12-20T00:00"', "line 3: write a local time"],
])("names the line of what is wrong in %j", async (text, message) => {
  expect(await policyOf(text)).toThrow(message);
});
