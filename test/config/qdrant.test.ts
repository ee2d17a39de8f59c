import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig, masked } from "../../src/config.ts";
import { tempDir } from "../compose/recorded-suite.ts";

it("keeps the memory in the home folder unless QDRANT_URL is set, even with a key", () => {
  expect(loadConfig({}, { QDRANT_API_KEY: "k" }).qdrant).toBeNull();
});

it("reads address and key from the environment, and the collection layout from the file", async () => {
  const home = await tempDir();
  await writeFile(
    join(home, "config.yaml"),
    "qdrant:\n  url: http://from-file:6333\n  prefix: team-a\n  shards: 3\n  replicas: 2\n  onDisk: true\n",
  );
  await writeFile(join(home, "key"), "secret-key\n");
  const config = loadConfig(
    {},
    {
      CAUSEWAY_HOME: home,
      QDRANT_URL: "https://user:pass@qdrant.example:6333/base?x=1",
      QDRANT_API_KEY_FILE: join(home, "key"),
    },
  );
  expect(config.qdrant).toEqual({
    url: "https://user:pass@qdrant.example:6333/base?x=1",
    apiKey: "secret-key",
    timeoutMs: 10_000,
    prefix: "team-a",
    shards: 3,
    replicas: 2,
    onDisk: true,
  });
  expect(masked(config).qdrant).toMatchObject({ url: "https://qdrant.example:6333/base", apiKey: "(set)" });
  expect(loadConfig({}, { CAUSEWAY_HOME: home }).qdrant?.url).toBe("http://from-file:6333");
});

it.each(["qdrant:6333", "ftp://qdrant", "localhost"])("refuses the address %s", (url) => {
  expect(() => loadConfig({}, { QDRANT_URL: url })).toThrow("QDRANT_URL");
});

it.each(["shards: 0", "prefix: two--dashes", "prefix: a/b", "replicas: many", "shard: 1"])(
  "refuses %s in the file",
  async (line) => {
    const home = await tempDir();
    await writeFile(join(home, "config.yaml"), `qdrant:\n  url: http://q:6333\n  ${line}\n`);
    expect(() => loadConfig({}, { CAUSEWAY_HOME: home })).toThrow("is not valid");
  },
);
