import type { ServiceStore } from "../../domain/service-store.ts";
import type { Masker } from "../../domain/redact-values.ts";

/**
 * Stores incidents, alerts, changes and progress without secrets and personal data. Uploads stay as they were given:
 * they are a person's own files, and an analysis reads them.
 */
export const maskedServiceStore = (store: ServiceStore, { text, values }: Masker): ServiceStore => ({
  ...store,
  addIncident: (incident, details) => store.addIncident(values(incident), details),
  acceptDelivery: (request) => store.acceptDelivery({ ...request, delivery: values(request.delivery) }),
  putBack: (analysisId, why) => store.putBack(analysisId, why === null ? null : text(why)),
  finish: (analysisId, end) =>
    store.finish(analysisId, { ...end, why: end.why === null ? null : text(end.why), events: values(end.events) }),
  addProgress: (analysisId, events) => store.addProgress(analysisId, values(events)),
  addFeedback: (feedback) => store.addFeedback(values(feedback)),
  addChanges: (source, changes, nowMs) => store.addChanges(source, values(changes), nowMs),
});
