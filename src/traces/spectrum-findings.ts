import type { Evidence, Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { percent, rounded } from "../domain/phrasing.ts";
import type { Span } from "../domain/telemetry.ts";
import { ONE_IN_A_MILLION } from "../stats/g2.ts";
import type { SpanForest } from "./forest.ts";
import { traceSpectrum } from "./spectrum.ts";

type View = { kind: string; idOf: (span: Span) => string | null };

/**
 * Finds services, and pods of services with several, through which requests fail or are slow more often than others.
 * The strength is Ochiai's coefficient, in [0, 1].
 */
export function spectrumFindings(
  forest: SpanForest,
  side: (timeMs: number) => Side,
  quiet: SpanForest | null,
  evidence: (what: string, facts: Evidence["facts"]) => Evidence,
): Finding[] {
  const podOf = podsApart(forest.spans);
  const views: View[] = [
    { kind: "service", idOf: ({ service }) => service },
    ...(podOf ? [{ kind: "pod", idOf: podOf }] : []),
  ];
  return views.flatMap(({ kind, idOf }) =>
    traceSpectrum(forest, side, quiet, idOf).flatMap(
      ({ id, ochiai, g2, badThrough, bad, goodThrough, good, firstMs }): Finding[] => {
        if (g2 < ONE_IN_A_MILLION) return [];
        const [others, badOthers] = [bad + good - badThrough - goodThrough, bad - badThrough];
        const [through, elsewhere] = [percentOf(badThrough, badThrough + goodThrough), percentOf(badOthers, others)];
        return [
          {
            signal: "trace",
            kind: "trace.spectrum",
            entity: { id, kind },
            strength: ochiai,
            onsetMs: firstMs,
            peer: null,
            summary: `${through} % of requests through ${id} fail or are slow, ${elsewhere} % of the others`,
            evidence: evidence(`spectrum ${kind}=${id}`, {
              bad_through_percent: through,
              bad_elsewhere_percent: elsewhere,
              requests_through: badThrough + goodThrough,
              requests_elsewhere: others,
              ochiai: rounded(ochiai),
              g2: rounded(g2),
            }),
          },
        ];
      },
    ),
  );
}

/**
 * Reads the pod of a span if its service has several pods; with one pod, the service is enough. Null if no service has
 * several.
 */
function podsApart(spans: readonly Span[]): View["idOf"] | null {
  const pods = new Map<string, Set<string>>();
  for (const { service, pod } of spans) {
    if (pod === null) continue;
    const known = pods.get(service);
    if (known) known.add(pod);
    else pods.set(service, new Set([pod]));
  }
  const several = new Set([...pods].flatMap(([service, { size }]) => (size > 1 ? [service] : [])));
  return several.size === 0 ? null : ({ service, pod }) => (several.has(service) ? pod : null);
}

const percentOf = (part: number, all: number): number => percent(part / Math.max(1, all));
