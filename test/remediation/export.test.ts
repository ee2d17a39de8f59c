import { expect, it } from "vitest";
import { exportScript } from "../../src/remediation/export.ts";
import { sha256Of } from "../../src/remediation/script.ts";

const script = "printf 'é\\n'\n";
const scriptSha256 = sha256Of(script);

it("exports exactly the approved bytes", () => {
  expect(sha256Of(exportScript({ id: "A1-a1", step: "restart", script, scriptSha256 }).content)).toBe(scriptSha256);
});

it("names the file after the action, the step and the bytes", () => {
  expect(exportScript({ id: "A1-a1", step: "restart", script, scriptSha256 }).fileName).toBe(
    `A1-a1-restart-${scriptSha256.slice(0, 12)}.sh`,
  );
});

it.each(["../../etc/passwd", "a/b\\c", "-rf", "a\nb", "\0", "..", "", "x".repeat(5_000)])(
  "gives a plain file name for the id %j",
  (id) => {
    const { fileName } = exportScript({ id, step: "restart", script, scriptSha256 });
    expect(fileName).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]*\.sh$/);
    expect(fileName.length).toBeLessThan(200);
  },
);
