import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { get, type RequestOptions } from "node:https";
import { join } from "node:path";
import { ALERTMANAGER_TEMPLATES, debianBinary } from "./debian.ts";
import { freePort, freshDir, type ServerProcess, startServer } from "./processes.ts";

export type MetricsServer = ServerProcess & { url: string };

/**
 * `config`: the text of prometheus.yml. `files`: more files beside it, such as rules, and `web.yml` for TLS and
 * passwords. `tls`: how to ask whether it is ready, if that file turns TLS on.
 */
type PrometheusOptions = {
  config?: string;
  files?: Readonly<Record<string, string>>;
  args?: readonly string[];
  tls?: RequestOptions;
};

/** A real Prometheus on a free port of this machine, with an empty database. */
export async function startPrometheus({
  config = "{}",
  files = {},
  args = [],
  tls,
}: PrometheusOptions = {}): Promise<MetricsServer> {
  const binary = await debianBinary("prometheus");
  const [dir, port] = [freshDir("prometheus"), await freePort()];
  const url = `http${tls === undefined ? "" : "s"}://127.0.0.1:${port}`;
  writeFiles(dir, { ...files, "prometheus.yml": config });
  const server = await startServer({
    command: [
      binary,
      `--config.file=${join(dir, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(dir, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      "--web.enable-lifecycle",
      ...args,
      ...(files["web.yml"] === undefined ? [] : [`--web.config.file=${join(dir, "web.yml")}`]),
    ],
    dir,
    readyUrl: `${url}/-/ready`,
    ...(tls === undefined ? {} : { isReady: () => answersWithTls(`${url}/-/ready`, tls) }),
  });
  return { ...server, url };
}

const answersWithTls = (url: string, tls: RequestOptions): Promise<boolean> =>
  new Promise((resolve) => {
    get(url, tls, (answer) => resolve(answer.resume().statusCode === 200)).on("error", () => resolve(false));
  });

/** A real Alertmanager on a free port. `config`: the text of alertmanager.yml. */
export async function startAlertmanager({ config }: { config: string }): Promise<MetricsServer> {
  const binary = await debianBinary("alertmanager");
  const [dir, port] = [freshDir("alertmanager"), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  writeFiles(dir, { "alertmanager.yml": config });
  if (existsSync(ALERTMANAGER_TEMPLATES)) symlinkSync(ALERTMANAGER_TEMPLATES, join(dir, "alertmanager"));
  const server = await startServer({
    command: [
      binary,
      `--config.file=${join(dir, "alertmanager.yml")}`,
      `--storage.path=${join(dir, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      "--cluster.listen-address=",
    ],
    dir,
    readyUrl: `${url}/-/ready`,
  });
  return { ...server, url };
}

/** A real VictoriaMetrics on a free port, with an empty database that keeps samples of any age. */
export async function startVictoriaMetrics({ args = [] }: { args?: readonly string[] } = {}): Promise<MetricsServer> {
  const binary = await debianBinary("victoriaMetrics");
  const [dir, port] = [freshDir("victoria-metrics"), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    command: [
      binary,
      `-storageDataPath=${join(dir, "data")}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      "-retentionPeriod=100y",
      "-search.latencyOffset=0s", // a query at the end of an import must see its last samples
      ...args,
    ],
    dir,
    readyUrl: `${url}/health`,
  });
  return { ...server, url };
}

function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
}
