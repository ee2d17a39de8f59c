/** Entities named in one sentence. */
const MAX_NAMED = 5;

/** The first entities of a list, for a sentence of the report. */
export const named = (entities: readonly string[]): string =>
  entities.slice(0, MAX_NAMED).join(", ") +
  (entities.length > MAX_NAMED ? ` and ${entities.length - MAX_NAMED} more` : "");
