import { createHmac } from "node:crypto";
import type { RequestListener } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { recordedJson, sendJson, TOKEN } from "../connectors/changes/change-apis.ts";
import { hostileServer, type HostileServer } from "../connectors/hostile.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { type ImportedSample, importSamples } from "../servers/import-samples.ts";
import { startVictoriaMetrics } from "../servers/metrics-servers.ts";

const MINUTE = 60_000;
const ALARM_MS = Math.floor(Date.now() / MINUTE) * MINUTE - 40 * MINUTE;
const ONSET_MS = ALARM_MS - 5 * MINUTE;
const SHA = "4e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
const OTHER_SHA = "9e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
const SECRET = "github-secret";
const iso = (ms: number): string => new Date(ms).toISOString();

/** A service's requests: errors from `failsFromMs` on. */
function samplesOf(service: string, failsFromMs: number): ImportedSample[] {
  let [good, bad] = [0, 0];
  return Array.from({ length: 8 * 60 }, (_, at) => {
    const timeMs = ALARM_MS - 4 * 60 * MINUTE + at * 30_000;
    const isFailing = timeMs >= failsFromMs;
    good += isFailing ? 150 : 300 + ((at * 7) % 11);
    bad += isFailing ? 150 + ((at * 5) % 7) : at % 3;
    const of = (code: string, value: number): ImportedSample => ({
      labels: { __name__: "http_requests_total", service, code },
      timeMs,
      value,
    });
    return [of("200", good), of("500", bad)];
  }).flat();
}

/** Repositories of two services: each was deployed once, `minutesBefore` the onset. */
const gitHub =
  (deploys: Readonly<Record<string, { id: number; sha: string; minutesBefore: number }>>): RequestListener =>
  (request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return sendJson(response, 401, { message: "Bad credentials" });
    const { pathname } = new URL(request.url ?? "/", "http://api");
    const [, repository = "", rest = ""] = /\/repos\/acme\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    const deploy = deploys[repository];
    if (deploy === undefined) return sendJson(response, 404, { message: "Not Found" });
    const { id, sha, minutesBefore } = deploy;
    const endedMs = ONSET_MS - minutesBefore * MINUTE;
    const [deployment] = (recordedJson("github/api-deployments.json") as { environment: string }[]).filter(
      ({ environment }) => environment === "production",
    );
    const [status] = recordedJson("github/api-deployment-statuses.json") as object[];
    if (rest === "deployments")
      return sendJson(response, 200, [{ ...deployment, id, sha, created_at: iso(endedMs - MINUTE) }]);
    if (rest === `deployments/${id}/statuses`)
      return sendJson(response, 200, [{ ...status, created_at: iso(endedMs) }]);
    return sendJson(response, 200, []);
  };

let forge: HostileServer;
let metrics: Awaited<ReturnType<typeof startVictoriaMetrics>>;
let server: TestServer;
beforeAll(async () => {
  metrics = await startVictoriaMetrics();
  await importSamples(metrics.url, [...samplesOf("checkout", ONSET_MS), ...samplesOf("payment", Infinity)]);
  forge = await hostileServer(
    gitHub({
      checkout: { id: 8, sha: SHA, minutesBefore: 4 },
      payment: { id: 9, sha: OTHER_SHA, minutesBefore: 2 },
    }),
  );
  server = await startServer({
    workers: 1,
    settings: { changes: { githubSecret: SECRET } },
    env: {
      PROMETHEUS_URL: metrics.url,
      GITHUB_URL: forge.url,
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORIES: "acme/checkout,acme/payment",
    },
  });
});
afterAll(async () => {
  await server.stop();
  await forge.stop();
  await metrics.stop();
});

/** The webhook of a deployment that Causeway also reads from GitHub. */
async function reportDeployment(): Promise<void> {
  const recorded = recordedJson("github/webhook-deployment-status.json") as Record<string, object>;
  const endedAt = iso(ONSET_MS - 4 * MINUTE);
  const status = { ...recorded.deployment_status, created_at: endedAt, updated_at: endedAt };
  const body = JSON.stringify({ ...recorded, deployment_status: status });
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-github-event": "deployment_status" };
  const sent = { body, headers: { ...headers, "x-hub-signature-256": `sha256=${signature}` } };
  expect((await server.ask("/v1/changes/github", sent)).json).toEqual({ accepted: 1, duplicates: 0 });
}

/** Posts an alert, and waits for its analysis. @returns its id. */
async function analyseAlert(): Promise<string> {
  const alert = {
    status: "firing",
    labels: { alertname: "HighErrorRate", service: "checkout", severity: "critical" },
    annotations: { summary: "half of the requests of checkout fail" },
    startsAt: iso(ALARM_MS),
    endsAt: "0001-01-01T00:00:00Z",
    fingerprint: "c1",
    generatorURL: "http://prometheus.example:9090/graph",
  };
  const payload = { version: "4", groupKey: "g1", status: "firing", receiver: "causeway", alerts: [alert] };
  const posted = await server.ask("/v1/webhooks/alertmanager", { json: payload });
  const [incidentId] = posted.json.incident_ids as string[];
  const started = await server.ask(`/v1/incidents/${incidentId}/analyses`, { json: {} });
  const analysisId = String(started.json.analysis_id);
  const statusOf = async () => (await server.ask(`/v1/analyses/${analysisId}`)).json.status;
  await expect.poll(statusOf).toMatch(/done|waiting/);
  return analysisId;
}

type Evidence = {
  id: string;
  entity: string;
  signal: string;
  connector: string;
  facts: { id?: string };
  reads: Read[];
};
type Read = { native: { text: string; link: string | null }[]; same: boolean | null };
type Cause = { entity: string; category: string; confidence: number };

it("names the deployment four minutes before the onset, and does not blame that of another service", async () => {
  await reportDeployment();
  const analysisId = await analyseAlert();
  const { json: report, text } = await server.ask(`/v1/analyses/${analysisId}/report`);
  expect(report).toMatchObject({ verdict: "root_cause", change: SHA });
  const [cause, ...others] = report.root_causes as Cause[];
  expect([cause?.entity, cause?.category, others]).toEqual(["checkout", "bad_deploy", []]);
  const claims = (report.claims as { text: string }[]).map((claim) => claim.text);
  expect(claims).toContainEqual(expect.stringMatching(/^checkout was changed before that, .*: Raise the pool size\.$/));
  expect(claims.filter((claim) => claim.includes(OTHER_SHA))).toEqual([]);
  expect(text).not.toContain(TOKEN);

  const changes = (report.evidence as Evidence[]).filter(({ signal }) => signal === "change");
  const seen = changes.map(({ entity, facts, connector }) => [entity, facts.id, connector]);
  expect(seen.toSorted()).toEqual([
    ["checkout", SHA, "github, reported"],
    ["payment", OTHER_SHA, "github"],
  ]);

  const ids = changes.filter(({ entity }) => entity === "checkout").map(({ id }) => id);
  const { json: listing } = await server.ask(`/v1/analyses/${analysisId}/evidence?rerun=true&ids=${ids[0]}`);
  const [shown] = (listing.evidence as Evidence[]).filter(({ id }) => id === ids[0]);
  expect(shown?.reads[0]).toMatchObject({
    native: [
      {
        text: "GET /repos/acme/checkout/deployments/8/statuses",
        link: "https://github.com/acme/checkout/actions/runs/42",
      },
    ],
    same: true,
  });
});
