import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const written = async (name: string, text: string): Promise<string> => {
  const path = join(await tempDir(), name);
  await writeFile(path, text);
  return path;
};

it("reads owners from the configuration file in their order", async () => {
  const file = await written("config.yaml", "owners:\n  orders-*: checkout\n  '*': platform\n");
  expect(loadConfig({}, { CAUSEWAY_CONFIG: file }).owners).toEqual([
    { pattern: "orders-*", team: "checkout" },
    { pattern: "*", team: "platform" },
  ]);
});

it("reads an owners file; the flag overrides the variable", async () => {
  const [one, two] = [await written("one.yaml", "web: frontend"), await written("two.yaml", "web: platform")];
  expect(loadConfig({}, { CAUSEWAY_OWNERS: one }).owners).toEqual([{ pattern: "web", team: "frontend" }]);
  expect(loadConfig({ owners: two }, { CAUSEWAY_OWNERS: one }).owners).toEqual([{ pattern: "web", team: "platform" }]);
});

it.each(["- a list", "web: [two, teams]", "{ broken"])("refuses owners that read %j, naming the file", async (text) => {
  const path = await written("owners.yaml", text);
  expect(() => loadConfig({ owners: path }, {})).toThrow(
    expect.objectContaining({ code: "CONFIG", message: expect.stringContaining(path) }),
  );
});
