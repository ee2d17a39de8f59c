import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { Report } from "../../domain/report.ts";
import { type ChildServer, startChildServer } from "./child-server.ts";

/**
 * Causeway as a trial runs it: a `causeway serve` that gets the alerts, and the same program at the command line, in a
 * home folder of the lab.
 */
export type LabCauseway = {
  url: string;
  /** The report of the first incident that an alert opens; null if none does in time. */
  firstReport: (
    within: { alertWithin: number; recoverWithin: number },
    signal: AbortSignal,
  ) => Promise<LabReport | null>;
  /** Analyzes an incident once more, with all that has come in since; null if that failed. */
  analyzeAgain: (earlier: LabReport) => Promise<LabReport | null>;
  /** One command line, such as `approve an-1-a1 --json`. Never throws for what the command answers. */
  run: (...args: string[]) => Promise<{ code: number; stdout: string; stderr: string }>;
  stop: () => Promise<void>;
};
export type LabReport = { incidentId: string; alerts: string[]; openedMs: number; finishedMs: number; report: Report };
type LabCausewayOptions = {
  /** The program and the arguments before those of Causeway. */
  program: readonly [string, ...string[]];
  folder: string;
  port: number;
  env: Readonly<Record<string, string | undefined>>;
  settings: Readonly<Record<string, string>>;
};

const POLL_MS = 300;
const Time = z.iso.datetime().transform((text) => Date.parse(text));
const Listing = z.object({ items: z.array(z.object({ id: z.string(), opened_at: Time.nullable() })) });
const Incident = z.object({
  alerts: z.array(z.object({ name: z.string(), entity: z.string() })),
  analyses: z.array(z.object({ id: z.string(), status: z.string(), finished_at: Time.nullable() })),
});

/** Starts it. @throws {IncidentError} UNAVAILABLE */
export async function startLabCauseway(options: LabCausewayOptions): Promise<LabCauseway> {
  const { program, folder, port, settings } = options;
  const env = { ...options.env, ...settings };
  const url = `http://127.0.0.1:${port}`;
  const [binary, ...before] = program;
  const server: ChildServer = await startChildServer({
    name: "causeway serve",
    command: [binary, ...before, "serve", "--port", String(port)],
    folder,
    env,
    url,
    readyPath: "/healthz",
  });
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await fetch(`${url}${path}`);
    return schema.parse(await answer.json());
  };
  const run: LabCauseway["run"] = (...args) =>
    new Promise((resolve) => {
      execFile(
        binary,
        [...before, ...args],
        { env: { ...env }, cwd: folder, maxBuffer: 2 ** 25 },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, stdout, stderr }),
      );
    });
  return {
    url,
    stop: server.stop,
    async firstReport({ alertWithin, recoverWithin }, signal) {
      let deadlineMs = Date.now() + alertWithin;
      for (; Date.now() < deadlineMs; await sleep(POLL_MS, undefined, { signal })) {
        const { items } = await get("/v1/incidents", Listing);
        const [first] = items.flatMap(({ id, opened_at }) => (opened_at === null ? [] : [{ id, openedMs: opened_at }]));
        if (first === undefined) continue;
        deadlineMs = Math.max(deadlineMs, first.openedMs + recoverWithin);
        const { alerts, analyses } = await get(`/v1/incidents/${first.id}`, Incident);
        const failed = analyses.find(({ status }) => status === "failed");
        if (failed !== undefined)
          throw new IncidentError("UNAVAILABLE", `the analysis ${failed.id} failed`, { hint: "See the home folder." });
        const done = analyses.find(({ finished_at }) => finished_at !== null);
        if (done === undefined || done.finished_at === null) continue;
        const report = await get(`/v1/analyses/${done.id}/report`, Report);
        const names = alerts.map(({ name, entity }) => `${name} ${entity}`);
        return { incidentId: first.id, alerts: names, openedMs: first.openedMs, finishedMs: done.finished_at, report };
      }
      return null;
    },
    async analyzeAgain(earlier) {
      const { stdout } = await run("analyze", earlier.incidentId, "--json", "--quiet");
      const report = Report.safeParse(jsonOrNull(stdout)).data;
      return report === undefined ? null : { ...earlier, finishedMs: Date.now(), report };
    },
    run,
  };
}

/** What a command printed as JSON; null if it printed something else. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The settings with which Causeway reads the lab, and may change it. */
export const settingsFor = (lab: {
  home: string;
  prometheusUrl: string;
  alertmanagerUrl: string;
  viewerKubeconfig: string;
  kubeconfig: string;
  namespace: string;
  logFiles: string;
  kubectlFolder: string;
  path: string;
}): Record<string, string> => ({
  CAUSEWAY_HOME: lab.home,
  CAUSEWAY_POLICY: join(lab.home, "policy.yaml"),
  PROMETHEUS_URL: lab.prometheusUrl,
  ALERTMANAGER_URL: lab.alertmanagerUrl,
  KUBECONFIG: lab.viewerKubeconfig,
  KUBERNETES_NAMESPACES: lab.namespace,
  CAUSEWAY_LOG_FILES: lab.logFiles,
  PATH: `${lab.kubectlFolder}:${lab.path}`,
  CAUSEWAY_EXECUTOR: "kubectl",
  CAUSEWAY_EXECUTOR_KUBECONFIG: lab.kubeconfig,
  CAUSEWAY_EXECUTOR_CONTEXT: "lab",
  CAUSEWAY_EXECUTION_TIMEOUT_MS: "60000",
  CAUSEWAY_EXECUTION_VERIFY_MS: "45000",
});

/** The approval policy of the lab: its only person may approve every change. */
export const LAB_POLICY = `rules:
  - { name: queries, when: { kind: query }, mode: auto }
  - { name: lab, mode: one_approver }
`;
