import { alertAcceptor } from "../app/accept-alerts.ts";
import type { Causeway } from "../app/causeway.ts";
import { type InvestigateOptions, type Investigation, investigateFiring } from "../app/investigate.ts";
import type { Config } from "../config.ts";
import { readTopology } from "../connectors/files/documents.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import { causewayOf } from "./open-causeway.ts";
import { openRuntime } from "./runtime.ts";

/** Investigates what fires, without queue and workers. */
export type Investigator = {
  investigate(options: InvestigateOptions): Promise<Investigation>;
  close: Causeway["close"];
};

/**
 * @param address the Alertmanager to pull from; undefined for all that are configured.
 * @throws {IncidentError} CONFIG if there is none; UNAVAILABLE
 */
export async function openInvestigation(
  config: Config,
  { log, now, address }: { log: Log; now: () => number; address: string | undefined },
): Promise<Investigator> {
  const topology = config.topology === null ? { nodes: [], edges: [] } : await readTopology(config.topology.file);
  const runtime = await openRuntime(config, { log, now });
  const { service } = runtime.stores;
  const causeway = causewayOf(config, runtime, now);
  const feeds = runtime.live.feeds.filter(({ url }) => address === undefined || url === address);
  if (feeds.length === 0) {
    await causeway.close();
    throw new IncidentError("CONFIG", "no server is configured that knows which alerts fire", {
      hint: "Give --alertmanager <url>, or set ALERTMANAGER_URL.",
    });
  }
  const {
    alerts: manners,
    service: { maxQueued },
  } = config;
  const accept = alertAcceptor({ service, topology, maxQueued, manners, investigates: false });
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
