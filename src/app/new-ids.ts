import { randomBytes, randomUUID } from "node:crypto";

/** 40 random bits: short enough to type, and unlikely to repeat in one store. */
const newId = (kind: string): string => `${kind}-${randomBytes(5).toString("hex")}`;

export const newAnalysisId = (): string => newId("an");
export const newIncidentId = (): string => newId("inc");
export const newDeliveryId = (): string => newId("pull");
export const newQuestionId = (): string => newId("q");
export const newNoteId = (): string => newId("note");
export const newSessionId = (): string => newId("ses");
export const newKeyId = (): string => newId("key");
/** For a row of the ledger or a reservation: nobody types it, and there may be millions. */
export const newModelCallId = (): string => `call-${randomUUID()}`;
export const newExecutionId = (): string => newId("ex");
export const newCanaryId = (): string => newId("canary");
export const newComparisonId = (): string => `comparison-${randomUUID()}`;
