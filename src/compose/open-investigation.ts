import { alertAcceptor } from "../app/accept-alerts.ts";
import type { Causeway } from "../app/causeway.ts";
import { type InvestigateOptions, type Investigation, investigateFiring } from "../app/investigate.ts";
import type { Config } from "../config.ts";
import { readTopology } from "../connectors/files/documents.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import { causewayOf } from "./open-causeway.ts";
import type { LiveSystem } from "./live-system.ts";
import { openRuntime } from "./runtime.ts";

/** Investigates what fires, without queue and workers. */
export type Investigator = {
  investigate(options: InvestigateOptions): Promise<Investigation>;
  close: Causeway["close"];
};

/**
 * @param address the server to pull from; undefined for all Alertmanagers that are configured, else all servers with
 *   rules.
 * @throws {IncidentError} CONFIG if there is none; UNAVAILABLE
 */
export async function openInvestigation(
  config: Config,
  { log, now, address }: { log: Log; now: () => number; address: string | undefined },
): Promise<Investigator> {
  const topology = config.topology === null ? { nodes: [], edges: [] } : await readTopology(config.topology.file);
  const runtime = await openRuntime(config, { log, now });
  const { service, masker } = runtime.stores;
  const causeway = causewayOf(config, runtime, now);
  const feeds = feedsOf(runtime.live.feeds, address);
  if (feeds.length === 0) {
    await causeway.close();
    throw new IncidentError("CONFIG", "no server is configured that knows which alerts fire", {
      hint: "Give --alertmanager <url> or --prometheus <url>, or set ALERTMANAGER_URL or PROMETHEUS_URL.",
    });
  }
  const {
    alerts: manners,
    service: { maxQueued },
  } = config;
  const accept = alertAcceptor({ service, topology, maxQueued, manners, investigates: false, masker });
  const parts = { causeway, service, accept, joinMs: manners.joinMs, now };
  return {
    investigate: (options) =>
      investigateFiring(
        parts,
        feeds.map((feed) => feed.open()),
        options,
      ),
    close: causeway.close,
  };
}

/** Prometheus has the same alerts as its Alertmanager, without silences: it is asked where there is no Alertmanager. */
function feedsOf(all: LiveSystem["feeds"], address: string | undefined): LiveSystem["feeds"] {
  if (address !== undefined) return all.filter(({ url }) => url === address);
  const alertmanagers = all.filter(({ kind }) => kind === "alertmanager");
  return alertmanagers.length > 0 ? alertmanagers : all;
}
