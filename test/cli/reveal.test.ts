import { join } from "node:path";
import { expect, it } from "vitest";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

it("names the marks that it cannot put back, and why", async () => {
  const env = { CAUSEWAY_HOME: join(await tempDir(), "home") };
  const left = await causeway(["reveal", "login of ⟨secret:kdmfhbtcgq⟩ and ⟨email:pzrtwvxbnm⟩"], { env });
  expect(left).toMatchObject({ code: 0, stdout: "login of ⟨secret:kdmfhbtcgq⟩ and ⟨email:pzrtwvxbnm⟩\n" });
  expect(left.stderr).toContain("Not put back: ⟨secret:kdmfhbtcgq⟩, ⟨email:pzrtwvxbnm⟩. Secrets and card numbers");
  expect((await causeway(["reveal", "no marks here"], { env })).stderr).toBe("");
});
