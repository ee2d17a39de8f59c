import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkSource } from "../../../src/app/doctor/check-source.ts";
import { openLiveSystem } from "../../../src/compose/live-system.ts";
import { loadConfig } from "../../../src/config.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { type MetricsServer, startPrometheus } from "../../servers/metrics-servers.ts";
import { freshDir } from "../../servers/processes.ts";

const CERTIFICATES = join(import.meta.dirname, "../http/certificates");
const file = (name: string): string => join(CERTIFICATES, name);
const home = freshDir("tls");
const notPem = join(home, "not.pem");
writeFileSync(notPem, "no certificate\n");
/** "correct horse", by `perl -e 'print crypt("correct horse", q($2b$04$abcdefghijklmnopqrstuu))'`. */
const BCRYPT = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const PASSWORD = "correct horse";

/** A real Prometheus that serves a certificate, and wants a client's own and a password. */
const serving = (certificate: string): Promise<MetricsServer> =>
  startPrometheus({
    files: {
      "web.yml": JSON.stringify({
        tls_server_config: {
          cert_file: file(`${certificate}.pem`),
          key_file: file(`${certificate}.key`),
          client_auth_type: "RequireAndVerifyClientCert",
          client_ca_file: file("ca.pem"),
        },
        basic_auth_users: { me: BCRYPT },
      }),
    },
    tls: {
      cert: readFileSync(file("client.pem")),
      key: readFileSync(file("client.key")),
      auth: `me:${PASSWORD}`,
      rejectUnauthorized: false,
    },
  });

let servers: Record<string, MetricsServer> = {};
beforeAll(async () => {
  const names = ["server", "expired", "other-host"];
  servers = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await serving(name)] as const)));
});
afterAll(async () => void (await Promise.all(Object.values(servers).map((server) => server.stop()))));

type Given = Partial<Record<"url" | "ca" | "client" | "key" | "password" | "server", string>>;

/** What doctor says, and what an analysis says of the same source. */
async function saysOf({
  url,
  server = "server",
  ca = "ca.pem",
  client = "client",
  key = client,
  password = PASSWORD,
}: Given) {
  const at = servers[server]?.url ?? "";
  const live = openLiveSystem(
    loadConfig(
      {},
      {
        CAUSEWAY_HOME: home,
        PROMETHEUS_URL: url === undefined ? at : at.replace("https:", url),
        PROMETHEUS_USERNAME: "me",
        PROMETHEUS_PASSWORD: password,
        PROMETHEUS_TENANT: "shop",
        ...(ca === "" ? {} : { PROMETHEUS_CA_FILE: ca.startsWith("/") ? ca : file(ca) }),
        ...(client === ""
          ? {}
          : { PROMETHEUS_CERT_FILE: file(`${client}.pem`), PROMETHEUS_KEY_FILE: file(`${key}.key`) }),
      },
    ),
    { otlp: null, now: Date.now },
  );
  try {
    const source = (await live.open()).find(({ signal }) => signal === "metric");
    if (source?.signal !== "metric") throw new Error("no source of metrics");
    const endMs = Date.now();
    const { detail } = await checkSource(source, new AbortController().signal);
    const query = queryFor("metric", { startMs: endMs - 60_000, endMs });
    const notChecked = await source.query({ ...query, entities: ["cart"] }).then(
      ({ coverage }) => coverage.problems.map(({ what }) => what).join("\n"),
      (error: unknown) => String(error),
    );
    return { detail, notChecked };
  } finally {
    await live.close();
  }
}

it("reads a Prometheus that wants a client certificate and a password, and trusts its authority", async () => {
  const { detail, notChecked } = await saysOf({});
  expect(detail).toMatch(/^no data for tenant shop/); // it scrapes nothing
  expect(notChecked).not.toMatch(/trust|certificate|credentials/);
});

it.each<[what: string, given: Given, state: string, sentence: string, hint: string]>([
  [
    "an authority that is not given",
    { ca: "" },
    "refused",
    "an authority that is not trusted",
    "Set PROMETHEUS_CA_FILE",
  ],
  [
    "another authority",
    { ca: "other-ca.pem" },
    "refused",
    "an authority that is not trusted",
    "Set PROMETHEUS_CA_FILE",
  ],
  [
    "an expired certificate",
    { server: "expired" },
    "refused",
    "a certificate that has expired",
    "Renew the certificate",
  ],
  [
    "another host name",
    { server: "other-host" },
    "refused",
    "for another host name, namely DNS:prometheus.example.com",
    "Set PROMETHEUS_URL to a name",
  ],
  ["no client certificate", { client: "" }, "refused", "wants a client certificate", "Set PROMETHEUS_CERT_FILE and"],
  [
    "a client of another authority",
    { client: "other-client" },
    "refused",
    "refuses the client certificate",
    "Check PROM",
  ],
  ["a wrong password", { password: "wrong horse" }, "refused", "refused the credentials", "Check PROMETHEUS_TOKEN, or"],
  ["an address with http", { url: "http:" }, "refused", "speaks TLS, and refused", "Write https:// in PROMETHEUS_URL"],
  [
    "another certificate's key",
    { key: "server" },
    "wrong settings",
    "certificate files cannot be used",
    "PROMETHEUS_CA_FILE",
  ],
  ["a CA file that is no PEM", { ca: notPem }, "wrong settings", "is not in PEM form", "BEGIN"],
  ["a CA file that is missing", { ca: "/nowhere.pem" }, "wrong settings", "names /nowhere.pem, which", "PEM file"],
])("says what is wrong with %s", async (_, given, state, sentence, hint) => {
  const { detail, notChecked } = await saysOf(given);
  expect(detail).toMatch(new RegExp(`^${state}: `));
  for (const sentences of [detail, notChecked]) {
    expect(sentences).toContain(sentence);
    expect(sentences).not.toMatch(/horse/);
  }
  expect(detail).toContain(hint);
});
