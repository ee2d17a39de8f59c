import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openLog, renderMessage } from "../../../src/lab/process/logger.ts";

it("writes fields as key=value, quoted if they hold blanks", () => {
  expect(renderMessage("order failed", { order: "o-1", reason: 'said "no"', status: 502 })).toBe(
    'order failed order=o-1 reason="said \\"no\\"" status=502',
  );
});

it("appends one JSON line per record, in time order, with the given trace", () => {
  const path = join(mkdtempSync(join(tmpdir(), "causeway-test-")), "x.log.jsonl");
  const log = openLog(path, "supervisor");
  log("INFO", "one", {}, { traceId: "t", spanId: "s" });
  log("ERROR", "two\nlines", {}, undefined, "cart");
  const lines = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(lines).toMatchObject([
    { service: "supervisor", level: "INFO", message: "one", traceId: "t", spanId: "s" },
    { service: "cart", pod: "cart-0", level: "ERROR", message: "two\nlines" },
  ]);
  expect(lines[1]).not.toHaveProperty("traceId");
  expect(BigInt(lines[0]?.timeUnixNano ?? 0)).toBeLessThan(BigInt(lines[1]?.timeUnixNano ?? 0));
});
