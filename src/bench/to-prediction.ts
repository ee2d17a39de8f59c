import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import type { CaseAnswer } from "./predict/predict-pool.ts";
import { MAX_RANKING, type Prediction } from "./formats.ts";
import { labelOf } from "./labels.ts";
import { vocabularyKind, vocabularyNames } from "./naming.ts";

const OPEN_VOCABULARY = { entityKinds: [], entities: [], causes: [] };

/**
 * The prediction for one case, in the labels of its suite. If the suite lists the possible answers, the ranking holds
 * only those, and an entity keeps its best place. A case that failed is `inconclusive`, with an empty ranking.
 */
export function toPrediction(answer: CaseAnswer): Prediction {
  if ("failed" in answer) return { id: answer.id, verdict: "inconclusive", onset: null, ranking: [], steps: 0, ms: 0 };
  const { onset_found: found, alarm_lag_seconds: lag } = answer.predicted;
  const {
    id,
    system,
    verdict,
    onset,
    hypotheses,
    change,
    confidenceFeatures,
    notChecked,
    answers,
    steps,
    ms,
    calls,
    cost,
  } = answer.predicted;
  const vocabulary = answer.predicted.vocabulary ?? OPEN_VOCABULARY;
  const ranking = new Map<string, Prediction["ranking"][number]>();
  for (const { entity, entityKind, cause, confidence, evidenceText, votes } of hypotheses) {
    const names = vocabulary.entities.length === 0 ? [entity] : vocabularyNames({ entity, entityKind }, vocabulary);
    for (const name of names) {
      if (ranking.has(name)) continue;
      const kind = vocabularyKind(name, entityKind, vocabulary);
      ranking.set(name, {
        entity: name,
        entityKind: kind,
        cause: cause === UNKNOWN_CAUSE ? null : labelOf(cause, kind, vocabulary, evidenceText),
        confidence,
        votes,
      });
    }
  }
  return {
    id,
    ...(system === null ? {} : { system }),
    verdict,
    onset,
    ...(found && { onsetEarliest: found.earliest, onsetLatest: found.latest, onsetShape: found.shape }),
    ...(lag !== undefined && { alarmLagSeconds: lag }),
    ranking: [...ranking.values()].slice(0, MAX_RANKING),
    ...(change === undefined ? {} : { change }),
    ...(confidenceFeatures === null ? {} : { standing: confidenceFeatures }),
    notChecked: [...notChecked],
    ...(answers === undefined ? {} : { answers }),
    steps: calls?.length ?? steps,
    ...(calls && { calls: calls.map(({ action, kind, why }) => ({ ...action, kind, why })) }),
    ms: Math.round(ms),
    ...(cost && { cost }),
  };
}
