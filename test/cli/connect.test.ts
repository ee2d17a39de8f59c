import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";
import { tempDir } from "../compose/recorded-suite.ts";
import { alertmanagerConfig } from "../live-shop/monitoring.ts";
import { debianBinary } from "../servers/debian.ts";
import { startAlertmanager } from "../servers/metrics-servers.ts";
import { causeway } from "./run-cli.ts";

const connect = async (args: string[], env: Record<string, string> = {}): Promise<string> =>
  (await causeway(["connect", ...args], { env: { CAUSEWAY_HOME: await tempDir(), ...env } })).stdout;
const PUBLIC = "https://causeway.example.com";

/** What amtool says of an alertmanager.yml. */
async function checkConfig(config: string): Promise<string> {
  const file = join(await tempDir(), "alertmanager.yml");
  writeFileSync(file, config);
  const { stdout } = await promisify(execFile)(await debianBinary("amtool"), ["check-config", file]);
  return stdout;
}

it("prints a receiver that amtool and the real Alertmanager accept, beside the receivers that are there", async () => {
  const config = alertmanagerConfig("http://127.0.0.1:8787");
  expect(await checkConfig(config)).toMatch(/SUCCESS[^]*2 receivers/);
  const server = await startAlertmanager({ config });
  const status = await (await fetch(`${server.url}/api/v2/status`)).text();
  expect(status).toContain("receiver: causeway");
  await server.stop();
});

it("lets Alertmanager prove who it is where Causeway is not on the same machine", async () => {
  const { route, receivers } = parse(await connect(["alertmanager", "--url", PUBLIC])) as Record<string, object[]>;
  expect(receivers).toMatchObject([
    { webhook_configs: [{ url: `${PUBLIC}/v1/webhooks/alertmanager`, http_config: { authorization: {} } }] },
  ]);
  const team = { receiver: "team", ...route };
  const config = stringify({ route: team, receivers: [{ name: "team" }, ...(receivers ?? [])] });
  expect(await checkConfig(config)).toContain("SUCCESS");
});

it("never prints a secret", async () => {
  const secrets = {
    ALERTMANAGER_WEBHOOK_TOKEN: "secret-alert-token",
    GRAFANA_WEBHOOK_SECRET: "secret-grafana",
    CAUSEWAY_API_KEY: "secret-of-the-service-1234",
    PROMETHEUS_URL: "http://user:secret-password@prometheus:9090",
    LOKI_URL: "http://loki:3100",
    LOKI_TOKEN: "secret-token",
  };
  const printed = await connect([], secrets);
  expect(printed).toContain("export PROMETHEUS_URL=http://prometheus:9090");
  expect(printed).not.toContain("secret-");
});

it("lets Grafana sign, or send a token, or neither", async () => {
  const settings = async (env: Record<string, string>, ...args: string[]) => {
    const file = parse(await connect(["grafana", ...args], env)) as {
      contactPoints: { receivers: { settings: object }[] }[];
    };
    return Object.keys(file.contactPoints[0]?.receivers[0]?.settings ?? {});
  };
  expect(await settings({})).toEqual(["url", "httpMethod"]);
  expect(await settings({}, "--url", PUBLIC)).toContain("authorization_credentials");
  expect(await settings({ GRAFANA_WEBHOOK_SECRET: "at-least-8" })).toContain("hmacConfig");
});

it("grants reading only, of what is read, and never of Secrets", async () => {
  const documents = parseAllDocuments(await connect(["rbac", "--namespace", "ops"])).map(
    (each) => each.toJS() as object,
  );
  expect(documents).toMatchObject([
    { kind: "ServiceAccount", metadata: { name: "causeway", namespace: "ops" } },
    { kind: "ClusterRole" },
    { kind: "ClusterRoleBinding", subjects: [{ namespace: "ops" }], roleRef: { name: "causeway-read" } },
  ]);
  const { rules } = documents[1] as { rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[] };
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(["get", "list"]));
  const readable = rules.flatMap(({ apiGroups, resources }) => resources.map((type) => `${apiGroups.join()}/${type}`));
  expect(readable).toEqual(expect.arrayContaining(["/pods", "/pods/log", "/events", "apps/deployments"]));
  expect(readable.filter((type) => /secret|\*/.test(type))).toEqual([]);
});

it("lets Causeway reach the servers that the environment names, DNS and the API server", async () => {
  const policy = parse(await connect(["network-policy"], { PROMETHEUS_URL: "http://thanos:10902" })) as {
    spec: { egress: { ports: { port: number }[] }[] };
  };
  expect(policy.spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([53, 53, 443, 6443, 10_902]);
});

it("names the variables of servers that were not found", async () => {
  expect(await connect(["environment"], { PROMETHEUS_URL: "http://prometheus:9090" })).toMatch(
    /^export PROMETHEUS_URL=http:\/\/prometheus:9090 {2}# Prometheus, as set\n# not found: .*ALERTMANAGER_URL/,
  );
});

it.each([
  [["nonsense"], "Choose environment"],
  [["--url", "ftp://x"], "Give an address"],
  [["--url", 'http://x/"\nreceivers: []'], "Give an address"],
  [["--namespace", "A b"], "A namespace has"],
])("refuses %j", async (args, why) => {
  const { code, stderr } = await causeway(["connect", ...args], { env: { CAUSEWAY_HOME: await tempDir() } });
  expect(code).toBe(2);
  expect(stderr).toContain(why);
});

it("prints what GitHub, GitLab and Argo CD have to allow, with what is set", async () => {
  const env = {
    GITHUB_REPOSITORIES: "acme/checkout=checkout-service acme/cart",
    GITHUB_TOKEN: "secret-github",
    ARGOCD_URL: "https://admin:secret-password@argocd.example.com",
  };
  const printed = await connect(["changes", "--url", PUBLIC], env);
  expect(printed).toContain("export GITHUB_REPOSITORIES=acme/checkout=checkout-service,acme/cart  # as set");
  expect(printed).toContain("export ARGOCD_URL=https://argocd.example.com  # as set");
  expect(printed).toContain("export GITLAB_PROJECTS=group/project=service");
  expect(printed).toContain(`a webhook to ${PUBLIC}/v1/changes/github`);
  expect(printed).not.toContain("secret-");
  expect(await connect(["environment"], env)).toContain(
    "export ARGOCD_URL=https://argocd.example.com  # Argo CD, as set",
  );
});
