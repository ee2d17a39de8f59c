import { readSignal } from "../../domain/signals.ts";

/** Constant facts as labels, times of creation, and what a scrape says of itself: they tell nothing of a fault. */
const FACTS = /(?:_info|_created|_build_info)$|^ALERTS(?:_FOR_STATE)?$|^scrape_/;
/** What scrapers and runtimes say of themselves. It is read last. */
const OWN =
  /^(?:prometheus_|promhttp_|alertmanager_|vm_|vmagent_|net_conntrack_|go_|python_|process_virtual|target_info|otelcol_)/;

const TIERS = { latency: 0, errors: 0, traffic: 1, saturation: 2 } as const;
const OTHER_TIER = 3;
const LAST_TIER = 4;

/**
 * How much the series of a metric tell about a fault, by the name: golden signals first (0: latency and errors, 1:
 * traffic), then saturation and restarts (2), then the rest (3), then what measures itself (4). Null: never read.
 */
export function tierOf(metric: string): number | null {
  if (FACTS.test(metric)) return null;
  if (OWN.test(metric)) return LAST_TIER;
  const { sli, family } = readSignal(metric);
  if (sli !== null) return TIERS[sli];
  return family === "restart" ? TIERS.saturation : OTHER_TIER;
}

/** Names with the most telling first, then by the alphabet. */
export const byTier = (names: readonly string[]): string[] =>
  names
    .flatMap((name) => {
      const tier = tierOf(name);
      return tier === null ? [] : [{ name, tier }];
    })
    .toSorted((a, b) => a.tier - b.tier || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
