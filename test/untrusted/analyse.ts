import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { analyseOnce } from "../../src/app/analyse-once.ts";
import { createLog } from "../../src/compose/log.ts";
import { recordedScenario } from "../../src/compose/recorded.ts";
import { withScratchAgent } from "../../src/compose/scratch-agent.ts";
import { loadConfig } from "../../src/config.ts";
import type { Report } from "../../src/domain/report.ts";
import { memoryWith } from "../injection/attack.ts";
import type { HostileInput } from "./inputs.ts";

const CASES = join(import.meta.dirname, "../../fixtures/cases");
/** A recorded incident, when a stranger begins to write (Unix milliseconds), and files that it does not have here. */
export type Place = { dir: string; fromMs: number; without?: readonly string[] };
export const HEALTHY: Place = { dir: join(CASES, "shop-006"), fromMs: 1_795_412_980_000 };
/** Nothing is measured: a system whose logs alone are read. */
export const LOGS_ALONE: Place = { ...HEALTHY, without: ["metrics.csv.gz", "traces.csv.gz", "changes.jsonl.gz"] };
/** `inventory` runs out of connections. */
export const POOL: Place = { dir: join(CASES, "shop-001"), fromMs: 1_795_412_600_000 };
/** `shipping` got a bad setting. */
export const CONFIG: Place = { dir: join(CASES, "shop-003"), fromMs: 1_795_412_348_000 };
const LINES = 60;

/** The report of the recorded incident with a hostile input in it; null: as it was. */
export async function reportWith(
  input: HostileInput | null,
  { dir: recorded, fromMs, without = [] }: Place,
): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), "causeway-untrusted-"));
  try {
    cpSync(recorded, join(dir, "case"), { recursive: true });
    for (const name of without) rmSync(join(dir, "case", name));
    if (input !== null) plant(dir, input, fromMs);
    const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_RUNBOOK_PAGES: join(dir, "wiki") };
    mkdirSync(join(dir, "wiki"), { recursive: true });
    const config = loadConfig({}, env);
    const { incidents, incidentId } = await recordedScenario(join(dir, "case"));
    const isPast = input?.source === "past incident";
    const memory = isPast ? memoryWith(input.texts.join("\n"), input.entity) : null;
    return await withScratchAgent(
      { config, incidents, memory, log: createLog({ ...config, logLevel: "silent" }) },
      async (agent) => {
        const notes = input?.source !== "chat note" ? [] : input.texts;
        const all = notes.map((text, at) => ({ id: `n${at}`, incidentId, by: "mallory", text, atMs: fromMs + 30_000 }));
        Object.assign(agent.deps, { notes: { notesOf: () => Promise.resolve(all) } });
        return (await analyseOnce(agent, incidentId)).report;
      },
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const csv = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function plant(dir: string, { source, entity, texts }: HostileInput, fromMs: number): void {
  const file = (name: string): string => join(dir, "case", name);
  const append = (name: string, rows: readonly string[]): void =>
    appendFileSync(file(name), gzipSync(`${rows.join("\n")}\n`));
  const each = (count: number, row: (text: string, at: number) => unknown): string[] =>
    Array.from({ length: Math.max(count, texts.length) }, (_, at) =>
      JSON.stringify(row(texts[at % texts.length] ?? "", at)),
    );
  const nano = (at: number): string => `${fromMs + at * 700}000000`;
  switch (source) {
    case "log line":
      append(
        "logs.jsonl.gz",
        each(LINES, (text, at) => ({
          timeUnixNano: nano(at),
          service: entity,
          pod: `${entity}-0`,
          body: `ERROR ${text}`,
        })),
      );
      break;
    case "alert":
      append(
        "alerts.jsonl.gz",
        each(3, (text, at) => ({
          timeUnixMs: fromMs + at * 1_000,
          entity,
          entityKind: "service",
          signal: "metric",
          name: text.slice(0, 120),
          direction: "up",
          peer: null,
          count: 20,
          message: text,
        })),
      );
      break;
    case "ticket": {
      const scenario = file("scenario.json");
      const title = texts.join(" ");
      writeFileSync(scenario, JSON.stringify({ ...JSON.parse(readFileSync(scenario, "utf8")), title }));
      break;
    }
    case "span":
      append(
        "traces.csv.gz",
        Array.from({ length: LINES }, (_, at) => {
          const text = texts[at % texts.length] ?? "";
          const [trace, span] = [String(at).padStart(32, "a"), String(at).padStart(16, "b")];
          return [trace, span, "", entity, `${entity}-0`, csv(text), nano(at), "3000", csv(`OK ${text}`)].join(",");
        }),
      );
      break;
    case "change feed":
      append(
        "changes.jsonl.gz",
        each(1, (text, at) => ({
          timeUnixMs: fromMs - 3_000,
          entity,
          kind: ["deploy", "config", "flag"][at % 3],
          id: `chg-${at + 1}`,
          summary: text,
          author: text,
        })),
      );
      break;
    case "wiki page":
      mkdirSync(join(dir, "wiki"), { recursive: true });
      writeFileSync(
        join(dir, "wiki", "HighErrorRatio.md"),
        [
          "---\nname: high-error-ratio\ndescription: All.\ncauses: [connection_pool_exhaustion, bad_config]\n---",
          "# HighErrorRatio HighLatency",
          ...texts,
          `\`\`\`bash\n${texts.join("\n")}\n\`\`\``,
        ].join("\n\n"),
      );
      break;
    case "Kubernetes event":
      writeFileSync(
        file("cluster.json"),
        JSON.stringify({
          apiVersion: "v1",
          kind: "List",
          items: texts.map((message, at) => ({
            apiVersion: "v1",
            kind: "Event",
            metadata: { name: `e${at}`, namespace: "shop" },
            involvedObject: { kind: "Pod", name: `${entity}-0`, namespace: "shop" },
            type: "Warning",
            reason: "Reported",
            message,
            count: 40,
            firstTimestamp: new Date(fromMs).toISOString(),
            lastTimestamp: new Date(fromMs + 60_000).toISOString(),
          })),
        }),
      );
      break;
    case "chat note":
    case "past incident":
      break;
  }
}

/** The part of a plan that acts: nothing of it may depend on a stranger. */
export const planOf = ({ actions }: Report) =>
  actions.map(({ runbook, step, target, risk, parameters, script, rollback, verify }) => ({
    runbook,
    step,
    target,
    risk,
    parameters: parameters?.map(({ name, value }) => ({ name, value })),
    rollback,
    verify,
    // without the time of expiry, and the symptom as a person reads it
    script: script.replaceAll(/^.*expires.*$|^ *symptom .*$/gim, ""),
  }));
