import { type Causeway, createCauseway } from "../app/causeway.ts";
import { tracerName } from "../app/version.ts";
import type { Config } from "../config.ts";
import { analysisSpans } from "../connectors/opentelemetry/analysis-spans.ts";
import type { Log } from "../domain/log.ts";
import type { IncidentStore } from "../domain/ports.ts";
import { withLease } from "../service/lease.ts";
import { type ExecutionSettings, openExecution } from "./execution.ts";
import { postNotice } from "./notify.ts";
import { openRuntime, type Runtime } from "./runtime.ts";

export type CausewayOptions = {
  log: Log;
  /** Replaces the incidents of the configured data folders. */
  incidents?: IncidentStore;
  /** Unix milliseconds. */
  now?: () => number;
};

/** Opens Causeway without queue and workers. @throws {IncidentError} CONFIG, UNAVAILABLE */
export const openCauseway = async (
  config: Config,
  { log, incidents, now = Date.now }: CausewayOptions,
): Promise<Causeway> => causewayOf(config, await openRuntime(config, { log, recorded: incidents, now }), now);

/** The use cases over an open runtime. Closing them closes the runtime. */
export const causewayOf = (
  config: Pick<Config, "policy" | "notify" | "proxy"> & ExecutionSettings,
  {
    agent,
    incidents,
    stores: { store, service, models, threads, notices, masker },
    memory,
    models: routes,
    live,
    close,
  }: Runtime,
  now: () => number,
): Causeway => {
  const { execution, close: closeExecution } = openExecution(config, service, now);
  return createCauseway({
    agent,
    incidents,
    store,
    service,
    masker,
    memory,
    models,
    startSpans: analysisSpans(tracerName()),
    routes,
    notes: threads,
    holdLease: (analysisId, options, work) => withLease({ store, now }, analysisId, options, work),
    home: config.home,
    policy: config.policy,
    execution,
    outgoing: { notices, places: config.notify, post: (...message) => postNotice(config, ...message) },
    silencers: live.feeds.filter(({ kind }) => kind === "alertmanager"),
    now,
    async close() {
      await closeExecution();
      await close();
    },
  });
};
