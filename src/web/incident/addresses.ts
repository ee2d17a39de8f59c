// Where things are. Ids are checked when they are made; encoding keeps any other text inside its part of the path.

/** A part of a path. Half of a character, which telemetry can hold, would throw. */
const part = (text: string): string => encodeURIComponent(text.toWellFormed());

export const incidentAddress = (incidentId: string): string => `/incidents/${part(incidentId)}`;
export const actionAddress = (actionId: string): string => `/actions/${part(actionId)}`;
/** The page of one analysis: it stays the same when the incident is analysed again. */
export const analysisAddress = (analysisId: string): string => `/analyses/${part(analysisId)}`;
export const allEvidence = (analysisId: string): string => `${analysisAddress(analysisId)}/evidence`;
export const oneEvidence = (analysisId: string, evidenceId: string): string =>
  `${allEvidence(analysisId)}/${part(evidenceId)}`;
export const evidenceOfEntity = (analysisId: string, entity: string): string =>
  `${allEvidence(analysisId)}?entity=${part(entity)}`;
export const allAlerts = (analysisId: string): string => `${analysisAddress(analysisId)}/alerts`;
export const postMortem = (analysisId: string): string => `${analysisAddress(analysisId)}/post-mortem`;
export const progressEvents = (analysisId: string): string => `${analysisAddress(analysisId)}/events`;
