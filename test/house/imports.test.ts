import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, it } from "vitest";

/** Who may import whom: the layout table of the design. A folder may always import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  domain: [],
  stats: [],
  logs: ["domain", "stats"],
  metrics: ["domain", "stats"],
  traces: ["domain", "stats"],
  alerts: ["domain", "stats"],
  cluster: ["domain"],
  changes: ["domain", "stats"],
  topology: ["domain", "stats"],
  rca: ["domain", "stats", "topology"],
  triage: ["domain", "stats", "topology"],
  memory: ["domain", "stats", "topology"],
  remediation: ["domain", "topology"],
  llm: ["domain", "stats"],
  connectors: ["domain"],
  agent: [
    "domain",
    "stats",
    "logs",
    "metrics",
    "traces",
    "alerts",
    "cluster",
    "changes",
    "topology",
    "rca",
    "triage",
    "memory",
    "remediation",
    "llm",
  ],
  render: ["domain"],
  lab: ["domain"],
};
const BELOW_COMPOSE = [...(MAY_IMPORT.agent ?? []), "agent", "connectors"];
// config.ts is the door: each section lies beside it in config/, which nobody else opens.
MAY_IMPORT["config.ts"] = [...BELOW_COMPOSE, "config"];
MAY_IMPORT.config = ["domain", "connectors"];
MAY_IMPORT.compose = [...BELOW_COMPOSE, "config.ts"];
MAY_IMPORT.http = ["domain", "render", "config.ts", "compose"];
MAY_IMPORT.slack = ["domain", "render", "config.ts", "compose"];
MAY_IMPORT.bench = ["domain", "stats", "metrics", "logs", "alerts", "rca", "config.ts", "compose"];
MAY_IMPORT.cli = ["domain", "render", "config.ts", "compose", "http", "slack", "bench", "lab"];

const src = join(import.meta.dirname, "../../src");
const folderOf = (path: string): string => path.split("/")[0] ?? path;

const imports = globSync("**/*.ts", { cwd: src }).flatMap((file) =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import\(|import)\s*"(\.[^"]+)"/g)].map(([, target]) => ({
    file,
    target: relative(src, normalize(join(src, dirname(file), target ?? ""))),
  })),
);

it("finds the imports that it judges", () => {
  expect(imports.length).toBeGreaterThan(10);
});

it("lets a folder import itself and what the design names, and nothing else", () => {
  const strays = imports.filter(({ file, target }) => {
    const from = folderOf(file);
    return folderOf(target) !== from && !MAY_IMPORT[from]?.includes(folderOf(target));
  });
  expect(strays).toEqual([]);
});

it("knows every folder of src", () => {
  const folders = new Set(globSync("**/*.ts", { cwd: src }).map(folderOf));
  expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
});

it("reads the environment in config.ts and entry points alone", () => {
  const readers = globSync("**/*.ts", { cwd: src }).filter((file) =>
    readFileSync(join(src, file), "utf8").includes("process.env"),
  );
  expect(readers.filter((file) => file !== "config.ts" && !file.startsWith("lab/"))).toEqual([]);
});
