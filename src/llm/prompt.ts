import { createHash } from "node:crypto";
import type { JsonSchema, ModelTool, PromptVersion } from "../domain/chat-model.ts";

/**
 * A prompt: the static part of every request of a task. It never depends on an incident, a clock or a setting.
 * `version` rises with each change of the text; test/llm/prompts.test.ts compares both with prompts.lock.json.
 */
export type Prompt = { name: string; version: number; system: string };

/** Identifies the static prefix: system text, tools and the form of the answer. */
export const promptVersion = (
  { name, version, system }: Prompt,
  tools: readonly ModelTool[] = [],
  answer: { name: string; schema: JsonSchema } | null = null,
): PromptVersion => ({
  name,
  version,
  sha256: createHash("sha256")
    .update(JSON.stringify([system, tools, answer]))
    .digest("hex"),
});
