import { randomBytes } from "node:crypto";

/** 40 random bits: short enough to type, and unlikely to repeat in one store. */
const newId = (kind: string): string => `${kind}-${randomBytes(5).toString("hex")}`;

export const newAnalysisId = (): string => newId("an");
export const newIncidentId = (): string => newId("inc");
export const newDeliveryId = (): string => newId("pull");
export const newKeyId = (): string => newId("key");
