import { writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openLiveSystem } from "../../src/compose/live-system.ts";
import { readSources, SOURCE_SECTIONS } from "../../src/config/sources.ts";
import type { OtlpStore } from "../../src/domain/otlp.ts";
import { queryFor, type TelemetryQuery, type TelemetrySignal } from "../../src/domain/query.ts";
import { isoTime } from "../../src/domain/time.ts";
import { readStatements } from "../../src/logs/read-statements.ts";
import { openHandle } from "../../src/telemetry/handle.ts";
import { readAgain } from "../../src/telemetry/read-again.ts";
import {
  ARGOCD,
  GITHUB,
  GITLAB,
  RANGE as CHANGES_RANGE,
  recordedApi,
  TOKEN,
} from "../connectors/changes/change-apis.ts";
import { searchStandIn } from "../connectors/elasticsearch/search-stand-in.ts";
import { serveLocally } from "../connectors/http/server.ts";
import { startApiServer } from "../connectors/kubernetes/api-server.ts";
import { kubeconfigFor } from "../connectors/kubernetes/kubectl.ts";
import { ago, NOW, SHOP } from "../connectors/kubernetes/shop-cluster.ts";
import { logFolder } from "../connectors/logfiles/folder.ts";
import { lokiStandIn } from "../connectors/loki/loki-stand-in.ts";
import { message, nanos, openTestOtlp } from "../connectors/otlp/messages.ts";
import { answering, matrix } from "../connectors/prometheus/source.ts";
import { jaeger, range as traceRange, STORED, tempo } from "../connectors/traces/trace-stand-ins.ts";
import { victoriaLogsStandIn } from "../connectors/victorialogs/victorialogs-stand-in.ts";

const T0 = Date.UTC(2026, 0, 5, 12);
const range = { startMs: T0, endMs: T0 + 3_600_000 };
/** What an attacker logs, to leave the quotes of every language. */
const LINE = `pool "exhausted" for \`x\` and 'y' }) | or true`;
const atMs = T0 + 60_000;
const logQuery = queryFor("log", range, { entities: ["shop"], patterns: [LINE] });

type Opened = { source: object; env?: Record<string, string>; otlp?: OtlpStore };
type Kind = {
  open: () => Promise<Opened>;
  query: TelemetryQuery;
  /** The first native query, and the page that shows it. */
  text: string | RegExp;
  link: string | RegExp;
};

const serve = async (answer: RequestListener): Promise<string> => (await serveLocally(answer)).origin;
const logLink = "https://pages.example/?q={query}&s={service}&f={from}";
const filled = /^https:\/\/pages\.example\/\?q=[\w%.~-]+&s=shop&f=\d+$/;
const traceId = STORED[0]?.id ?? "";
const traces = queryFor("trace", traceRange, { matchers: [{ label: "trace_id", op: "=", value: traceId }] });

/** A server of changes, asked for the deploy of one commit. */
function changesKind(kind: "github" | "gitlab" | "argocd", text: Kind["text"], link: Kind["link"]): Kind {
  const given = { github: { repositories: ["acme/checkout"] }, gitlab: { projects: ["acme/checkout"] }, argocd: {} }[
    kind
  ];
  const id = kind === "gitlab" ? "4e1f0c2a" : "4e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
  const answers = { github: GITHUB, gitlab: GITLAB, argocd: ARGOCD }[kind];
  return {
    open: async () => ({ source: { kind, url: await serve(recordedApi({ answers })), token: TOKEN, ...given } }),
    query: queryFor("change", CHANGES_RANGE, { names: ["deploy"], matchers: [{ label: "id", op: "=", value: id }] }),
    text,
    link,
  };
}

const KINDS: Readonly<Record<string, Kind>> = {
  prometheus: {
    async open() {
      const up = { __name__: "up", service_name: 'ca"rt' };
      const samples = matrix({ metric: up, values: [0, 30].map((second) => [T0 / 1_000 + second, "1"]) });
      const replies = { names: ["up"], labels: ["service_name"], series: [up], query: () => samples };
      return { source: { kind: "prometheus", url: (await serve(answering(replies))).replace("//", "//me:pw@") } };
    },
    query: queryFor("metric", range, { entities: ['ca"rt'], names: ["up"] }),
    text: /^\{__name__="up",service_name="ca\\"rt"\}/,
    link: /^http:\/\/127\.0\.0\.1:\d+\/graph\?g0\.expr=%7B__name__%3D%22up%22%2Cservice_name%3D%22ca%5C%22rt%22%7D/,
  },
  loki: {
    async open() {
      const url = await serve(lokiStandIn([{ timeMs: atMs, labels: { service_name: "shop" }, line: LINE }]).answer);
      const env = { GRAFANA_URL: "https://grafana.example", GRAFANA_TOKEN: "x" };
      return { source: { kind: "loki", url, links: { grafana: "P1" } }, env };
    },
    query: logQuery,
    text: /^\{service_name=~"shop"\} \|~ "pool.*or\\\\s\+true"$/,
    link: /^https:\/\/grafana\.example\/explore\?schemaVersion=1&panes=[\w%.~-]+$/,
  },
  victorialogs: {
    async open() {
      const record = { _time: isoTime(atMs), _msg: LINE, "service.name": "shop" };
      return { source: { kind: "victorialogs", url: await serve(victoriaLogsStandIn([record]).answer) } };
    },
    query: logQuery,
    text: /^\("service.name":in\("shop"\)\) ~"pool/,
    link: /^http:\/\/127\.0\.0\.1:\d+\/select\/vmui\/#\/\?query=[\w%.~-]+&g0\.range_input=3600s/,
  },
  elasticsearch: {
    async open() {
      const found = { "@timestamp": isoTime(atMs), message: LINE, "service.name": "shop" };
      const url = await serve(searchStandIn([found]).answer);
      return { source: { kind: "elasticsearch", url, discover: "https://kibana.example/s/ops" } };
    },
    query: logQuery,
    text: `(service.name: ("shop") or kubernetes.pod.name: ("shop")) and (message: ${JSON.stringify(LINE)})`,
    link: /^https:\/\/kibana\.example\/s\/ops\/app\/discover#\/\?_g=/,
  },
  files: {
    async open() {
      const { root } = logFolder({ "it's/shop.log": `${isoTime(atMs)} ERROR ${LINE}\n` });
      return { source: { kind: "files", logs: join(root, "**/*.log"), links: { query: logLink } } };
    },
    query: logQuery,
    text: /^grep -nE -e 'pool.*'\\''y'\\''.*' -- '\/.*\/it'\\''s\/shop\.log'$/,
    link: filled,
  },
  "otlp-files": {
    async open() {
      const record = { timeUnixNano: nanos(atMs), body: { stringValue: LINE } };
      const { root } = logFolder();
      writeFileSync(
        join(root, "a.jsonl"),
        `${JSON.stringify(message("log", [{ resource: { "service.name": "shop" }, records: [record] }]))}\n`,
      );
      return { source: { kind: "otlp-files", paths: [join(root, "*.jsonl")], links: { query: logLink } } };
    },
    query: logQuery,
    text: `log records where service.name in ("shop") and body in (${JSON.stringify(LINE)})`,
    link: filled,
  },
  jaeger: {
    open: async () => ({ source: { kind: "jaeger", url: await serve(jaeger([])) } }),
    query: traces,
    text: `GET /api/traces/${traceId}`,
    link: new RegExp(`^http://127\\.0\\.0\\.1:\\d+/trace/${traceId}$`),
  },
  tempo: {
    async open() {
      const links = { query: "https://t.example/?q={query}", trace: "https://t.example/trace/{trace_id}" };
      return { source: { kind: "tempo", url: await serve(tempo([])), links } };
    },
    query: traces,
    text: `GET /api/traces/${traceId}`,
    link: `https://t.example/trace/${traceId}`,
  },
  alertmanager: {
    async open() {
      const labels = { alertname: 'Pool "x" |', service: "shop" };
      const alert = {
        labels,
        annotations: {},
        startsAt: isoTime(atMs),
        endsAt: isoTime(atMs + 9_000_000),
        updatedAt: isoTime(atMs),
        fingerprint: "a1",
        generatorURL: "",
        receivers: [],
        status: { state: "active", silencedBy: [], inhibitedBy: [], mutedBy: [] },
      };
      return {
        source: { kind: "alertmanager", url: await serve((_, response) => void response.end(JSON.stringify([alert]))) },
      };
    },
    query: queryFor("alert", range, { entities: ["shop"], names: ['Pool "x" |'] }),
    text: "GET /api/v2/alerts?filter=alertname%3D%22Pool%20%5C%22x%5C%22%20%7C%22",
    link: /^http:\/\/127\.0\.0\.1:\d+\/#\/alerts\?filter=%7Balertname%3D%22Pool%20%5C%22x%5C%22%20%7C%22%7D$/,
  },
  kubernetes: {
    async open() {
      const server = await startApiServer({ objects: SHOP, token: "viewer" });
      onTestFinished(() => server.close());
      const kubeconfig = kubeconfigFor(server.url, { token: "viewer" });
      return { source: { kind: "kubernetes", kubeconfig, links: { query: "https://pages.example/?run={query}" } } };
    },
    query: queryFor(
      "cluster",
      { startMs: Date.parse(ago(180)), endMs: NOW },
      { names: ['KubernetesObjects:{"resource_type":"nodes","namespace":""}'] },
    ),
    text: "kubectl get nodes --output=json",
    link: "https://pages.example/?run=kubectl%20get%20nodes%20--output%3Djson",
  },
  github: changesKind(
    "github",
    "GET /repos/acme/checkout/deployments/8/statuses",
    "https://github.com/acme/checkout/actions/runs/42",
  ),
  gitlab: changesKind(
    "gitlab",
    /^GET \/api\/v4\/projects\/acme%2Fcheckout\/deployments\/15$/,
    "https://gitlab.example.com/acme/checkout/-/jobs/796",
  ),
  argocd: changesKind(
    "argocd",
    "GET /api/v1/applications/checkout",
    /^http:\/\/127\.0\.0\.1:\d+\/applications\/argocd\/checkout$/,
  ),
};

const NO_CHANGES = { changes: { services: {} } as never };

async function openKind({ source, env = {}, otlp }: Opened) {
  const sources = SOURCE_SECTIONS.sources.unwrap().parse([source]);
  const read = readSources(env, { sources });
  const backends = read.backends.filter(({ kind }) => kind !== "grafana");
  const live = openLiveSystem(
    {
      ...read,
      backends,
      proxy: { http: null, https: null, exclude: () => false } as never,
      otlp: {} as never,
      ...NO_CHANGES,
    },
    { otlp: otlp ?? null, now: () => NOW },
  );
  onTestFinished(() => live.close());
  return live.open();
}

const rerun = async (telemetry: Awaited<ReturnType<typeof openKind>>, query: TelemetryQuery) =>
  (await readAgain(openHandle(telemetry), [query], { maxSamples: 5, readEvents: readStatements }))[0];

it.each(Object.entries(KINDS))(
  "opens the evidence of %s, and asks again",
  async (_kind, { open, query, text, link }) => {
    const telemetry = await openKind(await open());
    const [native] = await openHandle(telemetry).native(query);
    expect(native?.text).toMatch(text);
    expect(native?.link).toMatch(link);
    expect(JSON.stringify(native)).not.toMatch(/pw@|glsa|viewer/);
    const [first, second] = [await rerun(telemetry, query), await rerun(telemetry, query)];
    expect(first?.error).toBeNull();
    expect(first?.basis?.count).toBeGreaterThan(0);
    expect(second?.basis).toEqual(first?.basis);
  },
);

it("opens the evidence of received OpenTelemetry data, and asks again", async () => {
  const { store, send } = await openTestOtlp();
  const records = [{ timeUnixNano: nanos(atMs), body: { stringValue: LINE } }];
  await send("log", message("log", [{ resource: { "service.name": "shop" }, records }]), atMs);
  const live = openLiveSystem(
    {
      topology: null,
      backends: [],
      proxy: {} as never,
      otlp: { pages: { query: logLink, trace: null } } as never,
      ...NO_CHANGES,
    },
    { otlp: store, now: () => range.endMs },
  );
  const telemetry = await live.open();
  const [native] = await openHandle(telemetry).native(logQuery);
  expect(native).toMatchObject({ language: "OTLP", link: expect.stringMatching(filled) });
  expect((await rerun(telemetry, logQuery))?.basis?.count).toBe(1);
});

it("shows the command that prints what a container logged before it restarted", async () => {
  const { open } = KINDS.kubernetes as Kind;
  const telemetry = await openKind(await open());
  const call = (pod: string) =>
    `KubernetesErrorLogs:{"namespace":"shop","service_name":"cart","pod":"${pod}","container":"cart","previous":true}`;
  const native = (pod: string) =>
    openHandle(telemetry).native(queryFor("cluster" as TelemetrySignal, range, { names: [call(pod)] }));
  expect((await native("cart-7d9f8c6b5d-abcde")).map(({ text }) => text)).toEqual([
    "kubectl logs cart-7d9f8c6b5d-abcde --namespace=shop --container=cart --previous --tail=50",
  ]);
  expect(JSON.stringify(await native("$(reboot)"))).not.toContain("reboot");
});
