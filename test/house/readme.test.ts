import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { freshReadme, README } from "./readme-parts.ts";

const readme = readFileSync(README, "utf8");

it("shows the demo's real output and the machine as it is compiled (mend: npm run readme)", async () => {
  expect(readme).toBe(await freshReadme());
});

it("documents every variable that is read, and no other", () => {
  const asked = new Set<string>();
  const model = { OPENAI_API_KEY: "key" };
  const more = {
    OPENAI_API_KEY: "key",
    OPENAI_EMBEDDING_MODEL: "m",
    OPENAI_EMBEDDING_DIMENSION: "8",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector",
  }; // some are asked for only beside others
  for (const told of [{}, model, more]) {
    loadConfig(
      {},
      new Proxy<Record<string, string | undefined>>(told, {
        get: (target, name) => {
          asked.add(String(name));
          return Reflect.get(target, name);
        },
      }),
    );
  }
  const documented = new Set([...readme.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]*)`/g)].map(([, name]) => name));
  const ours = [...asked].filter((name) => name.includes("_") && name !== "XDG_DATA_HOME");
  expect(ours.filter((name) => !documented.has(name))).toEqual([]);
  expect([...documented].filter((name) => !asked.has(String(name)))).toEqual([]);
});

it("links only to files that exist", () => {
  const links = [...readme.matchAll(/\]\((?!http)([^)]+)\)/g)].map(([, path]) => String(path));
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
