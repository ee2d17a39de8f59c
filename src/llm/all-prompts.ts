import type { Prompt } from "./prompt.ts";
import { ASK_PLAN } from "./prompts/ask-plan.ts";
import { ASK_INCIDENT } from "./prompts/ask-incident.ts";
import { EXPLAIN } from "./prompts/explain.ts";
import { INVESTIGATE } from "./prompts/investigate.ts";
import { JUDGE } from "./prompts/judge.ts";

/** Every prompt of the program. test/llm/prompts.test.ts holds the list complete. */
export const ALL_PROMPTS: readonly Prompt[] = [ASK_INCIDENT, ASK_PLAN, EXPLAIN, INVESTIGATE, JUDGE];
