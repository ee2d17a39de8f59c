import { z } from "zod";
import { AskAnswer } from "./ask-answer.ts";

export const CONVERSATION_SCHEMA = "causeway.conversation/1";

/** A question about an analysis, and its answer. `via`: the surface that it came through. */
export const Exchange = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  via: z.enum(["cli", "http", "slack", "mcp"]),
  answer: AskAnswer,
});
export type Exchange = z.infer<typeof Exchange>;

/** All questions about one analysis, the oldest first. */
export const Conversation = z.object({
  schema_version: z.literal(CONVERSATION_SCHEMA),
  analysis_id: z.string(),
  incident_id: z.string(),
  exchanges: z.array(Exchange),
});
export type Conversation = z.infer<typeof Conversation>;
