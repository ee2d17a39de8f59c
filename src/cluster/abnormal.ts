import type { Entity } from "../domain/entity.ts";
import type { Evidence, Finding } from "../domain/finding.ts";

/**
 * One abnormal thing that a rule found. `strength` is comparable among all rules: `HINT`, 1 for a consequence, 3 for
 * clearly abnormal, 5 if the platform itself reports the failure and its reason. A consequence of something else is
 * weaker than its origin. `exemplar`: raw text; it never enters the summary.
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
  /** Id of the cause card that it states. Absent if it says what happens, but not why. */
  cause?: string;
};

/** False for a cause whose rules are left out, to measure what is said about a fault without a rule. */
export type Knows = (cause: string) => boolean;

/** What a rule says about one fault, and the cause card that this states. */
export type Meaning = { says: string; cause?: string };

/** Also seen in healthy clusters: it may support a diagnosis, but not make one. */
export const HINT = 0.2;

/** Long enough to recognise a message, short enough for a report. */
const MESSAGE_LENGTH = 200;

/** Turns a message of the platform into a fact: one line, shortened. */
export const shortened = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, MESSAGE_LENGTH);
