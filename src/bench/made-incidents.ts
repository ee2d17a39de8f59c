import { DEFAULT_TENANT, type IncidentDocument, incidentKey } from "../domain/memory.ts";
import { type SeededRandom, seededRandom, seedOf } from "../stats/seeded-random.ts";

const WORDS = 5_000;
const SERVICES = 200;
const CAUSES = 40;
const SYSTEMS = 10;
const SIGNS = 12;
const OUTCOMES = ["confirmed", "corrected", "wrong", "unknown"] as const;
const YEAR_MS = 365 * 24 * 3_600_000;
const NOW_MS = Date.UTC(2026, 0, 1);

/** The earliest time of a synthetic incident. */
export const OLDEST_MS = NOW_MS - 2 * YEAR_MS;

/**
 * Synthetic past incidents of realistic size over two years: 40 to 120 words, by Zipf's law. The same for the same
 * seed.
 */
export function* madeIncidents(count: number, seed: number): Generator<IncidentDocument> {
  for (let i = 0; i < count; i += 1) yield madeIncident(i, seededRandom(seedOf(seed, String(i))));
}

/** The symptom text of a further incident of the same kind. */
export const madeSymptoms = (i: number, seed: number): string => words(seededRandom(seedOf(seed, `question ${i}`)));

function madeIncident(i: number, random: SeededRandom): IncidentDocument {
  const incidentId = `made-${i}`;
  const cause = `cause_${below(CAUSES, random)}`;
  const services = Array.from({ length: 2 + below(5, random) }, () => service(random));
  const text = words(random);
  return {
    kind: "incident",
    id: incidentKey(DEFAULT_TENANT, incidentId),
    tenant: DEFAULT_TENANT,
    incidentId,
    analysisId: `an-${i}`,
    system: `system-${below(SYSTEMS, random)}`,
    title: `made incident ${i}`,
    text,
    entity: services[0] ?? null,
    cause,
    resolution: "rolled the release back",
    shape: {
      findingKinds: ["metric.shift latency up", "trace.error-origin", "log.new-template"],
      entityRole: "leaf",
      pathRoles: ["entry", "middle", "leaf"],
      severity: "high",
      changes: ["deploy"],
      services,
      signs: Array.from({ length: SIGNS }, (_, n) => ({
        sign: `caller metric.shift family-${n} up`,
        weight: random() * 5,
      })),
    },
    outcome: OUTCOMES[below(OUTCOMES.length, random)] ?? "unknown",
    outcomeBy: null,
    outcomeAtMs: null,
    atMs: Math.floor(OLDEST_MS + random() * 2 * YEAR_MS),
    contentHash: `made-${i}-${text.length}`,
  };
}

const below = (count: number, random: SeededRandom): number => Math.floor(random() * count);
const service = (random: SeededRandom): string => `service-${below(SERVICES, random)}`;

/** Roughly by Zipf's law: the logarithm of the rank is uniform. */
const words = (random: SeededRandom): string =>
  [
    service(random),
    ...Array.from({ length: 40 + below(80, random) }, () => `word${Math.floor(WORDS ** random())}`),
  ].join(" ");
