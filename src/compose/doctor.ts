import type { Check } from "../app/doctor/check.ts";
import { examine as examineWith } from "../app/doctor.ts";
import type { Config, ModelConfig } from "../config.ts";
import { requireSpace } from "../connectors/files/disk-space.ts";
import { readTopology } from "../connectors/files/documents.ts";
import { fileIncidents } from "../connectors/files/incidents.ts";
import { probeHttp } from "../connectors/http-probe.ts";
import type { ModelProbe } from "../domain/model-probe.ts";
import { OTLP_SIGNALS, type OtlpSignal, type OtlpStore } from "../domain/otlp.ts";
import { makeHome } from "./make-home.ts";
import { modelSettings } from "./model-settings.ts";
import { openMemory } from "./memory.ts";
import { EMBEDDED_FILES, openStores } from "./stores.ts";
import { openLiveSystem } from "./live-system.ts";
import { openPages, openRunbooks } from "./runbooks.ts";

/**
 * Checks everything that is configured. Never throws: a failed check is part of the answer.
 *
 * @param quick sends nothing that costs money: models are not tried.
 */
export async function examine(config: Config, signal: AbortSignal, { quick = false } = {}): Promise<Check[]> {
  // the check of the store reports why it cannot be opened
  const stores = await openStores(config).catch(() => null);
  const live = openLiveSystem(config, { otlp: stores?.otlp ?? null, now: Date.now });
  const checks = await examineWith(
    {
      makeHome,
      requireSpace: (home) => requireSpace(home, EMBEDDED_FILES),
      recorded: fileIncidents(config.data),
      runbooks: openRunbooks(config),
      library: openPages(config),
      readTopology: (file, options) => readTopology(file, options.signal),
      sources: await live.open(),
      openMemory: async () => (await openMemory(config)).store,
      async openStore() {
        const stores = await openStores(config);
        await stores.openQueue({ works: false });
        return stores;
      },
      receivedSignals: () => receivedSignals(stores?.otlp ?? null),
      probe: (request) => probeHttp(request, config.proxy),
      probeModel: quick ? null : (model, end) => tryModel(model, config, end),
    },
    config,
    signal,
  );
  await live.close();
  await stores?.close();
  return checks;
}

async function receivedSignals(otlp: OtlpStore | null): Promise<OtlpSignal[]> {
  const extents = await Promise.all(OTLP_SIGNALS.map((signal) => otlp?.extent(signal)));
  return OTLP_SIGNALS.filter((_, at) => extents[at] != null);
}

async function tryModel(model: ModelConfig, { proxy }: Config, signal: AbortSignal): Promise<ModelProbe> {
  const { probeModel } = await import("../connectors/openai/probe-model.ts");
  return probeModel(modelSettings(model), { proxy, signal });
}
