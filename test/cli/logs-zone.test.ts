import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const dir = mkdtempSync(join(tmpdir(), "causeway-zone-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The first time that `logs ask` reads, on a machine in the given zone. */
function firstSeen(name: string, line: string, zone: string): unknown {
  const path = join(dir, `${name}.log`);
  writeFileSync(path, `${line}\n`);
  const { stdout } = spawnSync(process.execPath, ["bin/causeway.js", "logs", "ask", '{"limit":1}', path], {
    env: { ...process.env, TZ: zone },
    encoding: "utf8",
  });
  return (JSON.parse(stdout) as { firstSeen: unknown }).firstSeen;
}

it.each([
  ["json", '{"time":"2026-03-01 10:01:49.218","msg":"payment declined"}'],
  ["slashes", '{"time":"2026/03/01 10:01:49.218","msg":"payment declined"}'],
  ["english", '{"time":"Mar 1, 2026 10:01:49.218","msg":"payment declined"}'],
  ["logfmt", 'time="2026-03-01 10:01:49.218" msg="payment declined"'],
  ["text", "2026-03-01 10:01:49,218 INFO payment declined"],
  ["tz", "01-Mar-2026 10:01:49.218 INFO payment declined"],
])("reads a time without a zone the same on every machine: %s", (name, line) => {
  for (const zone of ["America/New_York", "Asia/Kolkata", "UTC"])
    expect([zone, firstSeen(name, line, zone)]).toEqual([zone, "2026-03-01T10:01:49.218Z"]);
});
