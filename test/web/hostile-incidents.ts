import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStores } from "../../src/compose/stores.ts";
import { loadConfig } from "../../src/config.ts";
import type { Report } from "../../src/domain/report.ts";
import { anAction } from "../fakes.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { CHANNELS, SURE, writeAttackedCase } from "../injection/attacked-case.ts";
import { hostile } from "../render/hostile-report.ts";
import { XSS_PAYLOADS } from "./xss-payloads.ts";

export const KEY = "the-configured-key-of-this-test";
const VERDICTS: readonly Report["verdict"][] = ["root_cause", "inconclusive", "no_incident", "recovered"];
/** Recorded incidents; each channel of each has a payload of its own. */
const RECORDED = 2;
const START_MS = 1_795_412_600_000;

export type HostileServer = { server: TestServer; payloads: number; incidentPaths: string[] };

/**
 * A server whose incidents hold payloads in every field that telemetry, senders and people can reach: some analysed for
 * real, and one report for each payload with it in every text.
 */
export async function startHostileServer(): Promise<HostileServer> {
  const data = await mkdtemp(join(tmpdir(), "causeway-hostile-"));
  const recorded: string[] = [];
  for (let at = 0; at < RECORDED; at += 1) {
    const dir = join(data, "cases", `hostile-${at}`);
    await mkdir(dir, { recursive: true });
    CHANNELS.forEach((channel, n) =>
      writeAttackedCase(dir, payload(at * CHANNELS.length + n), [channel], n === 0 ? SURE : { ...SURE, dir }),
    );
    await renameCase(dir, `hostile-${at}`);
    recorded.push(`hostile-${at}`);
  }
  const pages = join(data, "wiki");
  await mkdir(pages, { recursive: true });
  for (let at = 0; at < 10; at += 1)
    await writeFile(
      join(pages, `HighLatency ${at} ${payload(at).replaceAll("/", "")}.md`.replaceAll("\u0000", "")),
      `# HighLatency ${payload(at)}\n\n${payload(at + 1)}\n`,
    );
  const server = await startServer({
    env: { CAUSEWAY_API_KEY: KEY },
    settings: {
      data: join(data, "cases"),
      runbooks: { pages: [pages] },
      owners: { "*": payload(3) },
      http: { requestsPerSecond: 10_000 },
    },
  });
  const [first = "", ...others] = recorded;
  const { analysisId, report } = await server.service.analyse(first);
  const judgement = {
    outcome: "corrected",
    entity: report.evidence[0]?.entity ?? "",
    cause: null,
    note: payload(2),
    by: payload(4),
  } as const;
  await server.service.feedback({ analysisId, ...judgement });
  for (const id of others) await server.service.analyse(id);
  await writeNotes(server, first);
  const posted = await postIncident(server);
  const reports = await putReports(server);
  const incidentPaths = [...recorded, posted, ...reports].map((id) => `/incidents/${id}`);
  return { server, payloads: XSS_PAYLOADS.length, incidentPaths };
}

const payload = (at: number): string => XSS_PAYLOADS[at % XSS_PAYLOADS.length] ?? "";

async function renameCase(dir: string, id: string): Promise<void> {
  const file = join(dir, "scenario.json");
  const { readFile } = await import("node:fs/promises");
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), id }));
}

/** An incident as senders open it: alerts with labels, annotations and links; uploads; changes; notes. */
async function postIncident({ service }: TestServer): Promise<string> {
  const alerts = XSS_PAYLOADS.slice(0, 40).map((text, at) => ({
    fingerprint: `f${at}`,
    status: "firing" as const,
    severity: "critical" as const,
    entity: at % 3 === 0 ? text : "orders",
    name: at % 3 === 1 ? text : "HighLatency",
    summary: payload(at + 40),
    startsAtMs: START_MS + at,
    endsAtMs: null,
    labels: { service: "orders", [text]: payload(at + 80), ticket: text },
    links: {
      runbook: "https://evil.example/'\"><script>pwned()</script>",
      source: `https://evil.example/?q=${encodeURIComponent(text)}`,
    },
  }));
  const { incidentIds } = await service.acceptAlerts(
    { source: "alertmanager", groupKey: payload(1), alerts, truncatedAlerts: 0 },
    { deliveryId: "d1", receivedAtMs: START_MS },
  );
  const [id = ""] = incidentIds;
  for (let at = 0; at < 10; at += 1)
    await service.uploadLogs(id, {
      name: `${payload(at)}.log`,
      framing: "raw",
      encoding: "identity",
      content: (async function* () {
        yield Buffer.from(
          Array.from(
            { length: 30 },
            (_, n) => `${new Date(START_MS + n * 500).toISOString()} ERROR ${payload(at + n)}\n`,
          ).join(""),
        );
      })(),
    });
  await service.reportChanges(
    payload(5),
    XSS_PAYLOADS.slice(0, 40).map((text, at) => ({
      timeUnixMs: START_MS - 60_000 + at,
      entity: "orders",
      kind: "deploy" as const,
      id: `c${at} ${text}`.slice(0, 190),
      summary: text,
      author: text,
      url: `https://evil.example/${encodeURIComponent(text)}'"`,
      files: [text],
      diff: text,
    })),
  );
  await service.analyse(id);
  return id;
}

/** Each payload as a note of its own, by a writer whose name is one. */
async function writeNotes({ service }: TestServer, incidentId: string): Promise<void> {
  for (const [at, text] of XSS_PAYLOADS.entries())
    await service.addNote({ incidentId, by: payload(at + 9), text: `note ${at}: ${text}` });
}

/** One incident for each payload, with a report that has it in every text. */
async function putReports({ service, home }: TestServer): Promise<string[]> {
  const stores = await openStores(loadConfig({ home }, { LOG_LEVEL: "fatal" }));
  const ids: string[] = [];
  for (const [at, text] of XSS_PAYLOADS.entries()) {
    const { incident } = await service.createIncident(
      { id: null, title: text.slice(0, 500), severity: "critical", system: payload(at + 1) },
      { idempotencyKey: null, by: text },
    );
    const analysisId = `an-hostile-${at}`;
    const report = hostile(text, payload(at + 7), payload(at + 13), VERDICTS[at % 4] ?? "root_cause");
    await stores.store.createAnalysis({
      id: analysisId,
      incidentId: incident.id,
      status: "running",
      startedAtMs: START_MS,
    });
    await stores.store.putReport({ ...report, analysis_id: analysisId, incident_id: incident.id });
    const action = anAction({
      id: `${analysisId}-a1`,
      analysisId,
      incidentId: incident.id,
      title: text,
      script: `echo ${text}`,
    });
    await stores.store.putActions([action], START_MS);
    await stores.store.setStatus(analysisId, "done");
    ids.push(incident.id);
  }
  await stores.close();
  return ids;
}
