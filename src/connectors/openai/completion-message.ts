import { z } from "zod";

/** The parts of a message that are read; LangChain's types leave them open. */
export const CompletionMessage = z.object({
  content: z
    .union([
      z.string(),
      z
        .array(z.looseObject({ text: z.string().catch("") }))
        .transform((parts) => parts.map(({ text }) => text).join("")),
    ])
    .catch(""),
  tool_calls: z.array(z.object({ args: z.unknown() })).catch([]),
  usage_metadata: z
    .object({ input_tokens: z.number().catch(0), output_tokens: z.number().catch(0) })
    .catch({ input_tokens: 0, output_tokens: 0 }),
});
