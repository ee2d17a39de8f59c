import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLog } from "../../src/lab/process/logger.ts";
import { runLoad } from "../../src/lab/run/load.ts";
import { type Shop, startShop } from "../../src/lab/run/supervisor.ts";
import { ENTRY } from "../../src/lab/shop/plan.ts";
import { startAlertmanager, startPrometheus } from "../servers/metrics-servers.ts";
import { ALERT_RULES, alertmanagerConfig, prometheusConfig } from "./monitoring.ts";

/** The shop with customers, a real Prometheus that scrapes it, and a real Alertmanager that posts to Causeway. */
export type Estate = {
  shop: Shop;
  /** Log files of the services: `<service>.log.jsonl`. */
  folder: string;
  prometheusUrl: string;
  alertmanagerUrl: string;
  stop(): Promise<void>;
};

const REQUESTS_PER_SECOND = 9;

/** @param causewayUrl where alerts and spans are sent; Causeway may start later. */
export async function startEstate({ causewayUrl, seed }: { causewayUrl: string; seed: number }): Promise<Estate> {
  const folder = mkdtempSync(join(tmpdir(), "causeway-estate-"));
  const ending = new AbortController();
  const stops: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    ending.abort();
    for (const each of stops.toReversed()) await each();
  };
  try {
    const log = openLog(join(folder, "supervisor.log.jsonl"), "supervisor");
    const shop = await startShop(folder, log, { otlpEndpoint: `${causewayUrl}/v1/otlp` });
    stops.push(shop.stop);
    const port = shop.ports.get(ENTRY) ?? 0;
    const load = runLoad({ port, seed, requestsPerSecond: REQUESTS_PER_SECOND, signal: ending.signal });
    stops.push(() => load);
    const alertmanager = await startAlertmanager({ config: alertmanagerConfig(causewayUrl) });
    stops.push(alertmanager.stop);
    const prometheus = await startPrometheus({
      config: prometheusConfig(shop.ports, alertmanager.url),
      files: { "rules.yml": ALERT_RULES },
    });
    stops.push(prometheus.stop);
    return { shop, folder, prometheusUrl: prometheus.url, alertmanagerUrl: alertmanager.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
