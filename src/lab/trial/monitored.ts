import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type ChildServer, startChildServer } from "./child-server.ts";
import { alertmanagerConfig, alertRules, prometheusConfig } from "./monitoring.ts";
import { type LabPrograms, templatesOf } from "./programs.ts";

/**
 * Prometheus over the lab. `deliverAlerts`: starts the Alertmanager, which posts to Causeway. Before, an alert reaches
 * nobody: while the market starts, some fire. `firing`: the alerts that fire now.
 */
export type Monitoring = {
  prometheus: ChildServer;
  alertmanagerUrl: string;
  firing: () => Promise<string[]>;
  deliverAlerts: () => Promise<void>;
  stop: () => Promise<void>;
};
type MonitoringOptions = {
  folder: string;
  programs: LabPrograms;
  labUrl: string;
  causewayUrl: string;
  ports: { prometheus: number; alertmanager: number };
  env: Readonly<Record<string, string | undefined>>;
};

const FiringAlerts = z.object({
  data: z.object({ alerts: z.array(z.object({ labels: z.record(z.string(), z.string()) })) }),
});

export async function startMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  const { folder, programs, labUrl, causewayUrl, ports, env } = options;
  const alertmanagerUrl = `http://127.0.0.1:${ports.alertmanager}`;
  const within = join(folder, "prometheus");
  mkdirSync(within, { recursive: true });
  writeFileSync(join(within, "prometheus.yml"), prometheusConfig(labUrl, alertmanagerUrl));
  writeFileSync(join(within, "rules.yml"), alertRules());
  const prometheus = await startChildServer({
    name: "Prometheus",
    command: [
      programs.prometheus,
      `--config.file=${join(within, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(within, "data")}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
    ],
    folder: within,
    env,
    url: `http://127.0.0.1:${ports.prometheus}`,
    readyPath: "/-/ready",
  });
  let alertmanager: ChildServer | null = null;
  return {
    prometheus,
    alertmanagerUrl,
    async firing() {
      const answer = await fetch(`${prometheus.url}/api/v1/alerts`);
      const { data } = FiringAlerts.parse(await answer.json());
      return data.alerts.map(
        ({ labels }) => `${labels.alertname} ${labels.service ?? labels.deployment ?? labels.pod}`,
      );
    },
    async deliverAlerts() {
      const place = join(folder, "alertmanager");
      alertmanager = await startAlertmanager(place, programs, causewayUrl, ports.alertmanager, env);
    },
    async stop() {
      await prometheus.stop();
      await alertmanager?.stop();
    },
  };
}

function startAlertmanager(
  folder: string,
  programs: LabPrograms,
  causewayUrl: string,
  port: number,
  env: MonitoringOptions["env"],
): Promise<ChildServer> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "alertmanager.yml"), alertmanagerConfig(causewayUrl));
  const templates = templatesOf(programs.alertmanager);
  if (templates !== null) symlinkSync(templates, join(folder, "alertmanager"));
  return startChildServer({
    name: "Alertmanager",
    command: [
      programs.alertmanager,
      `--config.file=${join(folder, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    folder,
    env,
    url: `http://127.0.0.1:${port}`,
    readyPath: "/-/ready",
  });
}
