import type { Entity } from "../domain/entity.ts";
import type { Evidence, Finding } from "../domain/finding.ts";

/**
 * What a rule found wrong. `strength`, comparable among all of them: `HINT`, 1 a consequence, 3 clearly abnormal, 5 the platform itself states the failure
 * and its reason. A consequence of something else is weaker than its origin. `exemplar`: raw text; it never enters the summary.
 */
export type Abnormal = {
  kind: Finding["kind"];
  entity: Entity;
  strength: number;
  summary: string;
  facts: Evidence["facts"];
  source: string;
  peer?: string;
  exemplar?: string;
};

/** Seen in healthy clusters too: it may colour a diagnosis, never make one. */
export const HINT = 0.2;

/** Long enough to recognise a message, too short to fill a report. */
const MESSAGE_LENGTH = 200;

/** A message of the platform as a fact: one line, shortened. */
export const shortened = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, MESSAGE_LENGTH);
