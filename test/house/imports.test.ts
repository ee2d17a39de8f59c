import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, it } from "vitest";

/** The allowed imports between folders: the layout table of the design. A folder may always import itself. */
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
  ask: ["domain", "stats", "logs", "llm"],
  connectors: ["domain"],
  agent: [
    "telemetry",
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
    "ask",
  ],
  render: ["domain"],
  lab: ["domain"],
};
/** Folders that analyse and explain, without access to the outside world. */
const ANALYSIS = [...(MAY_IMPORT.agent ?? []), "agent"];
const SURFACE = ["domain", "render", "config.ts", "app", "service"];
// host.ts is what config.ts stands on; a command that needs no configuration does without the rest of it.
MAY_IMPORT["host.ts"] = [];
MAY_IMPORT.telemetry = ["domain", "stats", "topology"];
MAY_IMPORT.app = [...ANALYSIS, "host.ts", "telemetry", "config.ts"];
MAY_IMPORT.service = ["domain", "app"];
MAY_IMPORT.logtool = ["domain", "stats", "logs", "ask"];
// config.ts is the door: each section lies beside it in config/, which nobody else opens.
MAY_IMPORT["config.ts"] = ["host.ts", "domain", "connectors", "config", "triage"];
MAY_IMPORT.config = ["domain", "connectors"];
// logtool stands apart; compose gives it the files that it reads.
MAY_IMPORT.compose = [...ANALYSIS, "telemetry", "connectors", "app", "service", "logtool", "config.ts"];
MAY_IMPORT.http = SURFACE;
MAY_IMPORT.slack = SURFACE;
// The pages share the server of the API: its gate, its limits and its problem details.
MAY_IMPORT.web = [...SURFACE, "http"];
MAY_IMPORT.mcp = SURFACE;
MAY_IMPORT.modelserver = ["domain", "http"];
MAY_IMPORT.bench = [
  "domain",
  "llm",
  "stats",
  "cluster",
  "telemetry",
  "metrics",
  "logs",
  "alerts",
  "rca",
  "memory",
  "render",
  "config.ts",
  "app",
  "compose",
];
MAY_IMPORT.cli = [
  ...SURFACE,
  "host.ts",
  "compose",
  "http",
  "slack",
  "mcp",
  "web",
  "bench",
  "lab",
  "logtool",
  "ask",
  "modelserver",
];

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
  expect(readers.filter((file) => !["config.ts", "host.ts"].includes(file) && !file.startsWith("lab/"))).toEqual([]);
});
