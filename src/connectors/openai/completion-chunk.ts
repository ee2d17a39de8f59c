import { z } from "zod";

const Text = z
  .union([
    z.string(),
    // parts with a type of their own, such as "thinking", are not the answer
    z
      .array(z.looseObject({ type: z.string().catch("text"), text: z.string().catch("") }))
      .transform((parts) => parts.map(({ type, text }) => (type === "text" ? text : "")).join("")),
  ])
  .nullish()
  .catch(null);

const Count = z.number().int().nonnegative().nullish().catch(null);

/** A whole message, or a part of one. `arguments`: text of JSON; some servers send the object. */
const Message = z.object({
  content: Text,
  refusal: z.string().nullish().catch(null),
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
  tool_calls: z
    .array(
      z.object({
        index: z.number().int().nonnegative().nullish().catch(null),
        id: z.string().nullish().catch(null),
        function: z
          .object({ name: z.string().nullish().catch(null), arguments: z.unknown().optional() })
          .nullish()
          .catch(null),
      }),
    )
    .nullish()
    .catch(null),
});

const Choice = z.object({
  delta: Message.nullish().catch(null),
  message: Message.nullish().catch(null),
  finish_reason: z.string().nullish().catch(null),
});

const Usage = z.object({
  prompt_tokens: Count,
  completion_tokens: Count,
  prompt_tokens_details: z.object({ cached_tokens: Count }).nullish().catch(null),
  /** DeepSeek's name of the cached tokens. */
  prompt_cache_hit_tokens: Count,
});

/** A chat completion, or one event of a stream of it: only what is read. */
export const CompletionChunk = z.object({
  model: z.string().nullish().catch(null),
  system_fingerprint: z.string().nullish().catch(null),
  choices: z.array(Choice).nullish(),
  usage: Usage.nullish().catch(null),
});
export type CompletionChunk = z.infer<typeof CompletionChunk>;
