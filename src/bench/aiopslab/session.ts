import { z } from "zod";
import type { Task } from "./problems.ts";

/** One message of a session: an agent's (`assistant`) or the environment's answer. */
export const TraceItem = z.object({ role: z.string(), content: z.string() });
export type TraceItem = z.infer<typeof TraceItem>;

/** The record of a session, as AIOpsLab writes it to `data/results/<uuid>_<start>.json`. Times: Unix seconds. */
export const SessionRecord = z.looseObject({
  agent: z.string().nullish(),
  session_id: z.string(),
  problem_id: z.string(),
  start_time: z.number(),
  end_time: z.number(),
  trace: z.array(TraceItem),
  results: z.record(z.string(), z.unknown()),
});
export type SessionRecord = z.infer<typeof SessionRecord>;

/** The key of a task's time: of detection, localization, analysis or mitigation. */
export const TIME_KEY = { detection: "TTD", localization: "TTL", analysis: "TTA", mitigation: "TTM" } as const;

const isAgents = ({ role }: TraceItem): boolean => role === "assistant";
const textOf = (items: readonly TraceItem[]): string => items.map(({ content }) => content).join("");

export const stepsOf = (trace: readonly TraceItem[]): number => trace.filter(isAgents).length;

/**
 * The figures of a session beside its score, under AIOpsLab's names. The time: seconds from start to end, agent and
 * environment together, also of wrong answers. Tokens: all text of each side, counted once; the agent's is `out`. That
 * is not what a model was paid for, and leaves out the system prompt.
 *
 * @param countTokens of the encoding of gpt-3.5-turbo. See `tokenCounter`.
 */
export function sessionFigures(
  task: Task,
  { trace, start_time: start, end_time: end }: Pick<SessionRecord, "trace" | "start_time" | "end_time">,
  countTokens: (text: string) => number,
): Record<string, number> {
  return {
    [TIME_KEY[task]]: end - start,
    steps: stepsOf(trace),
    in_tokens: countTokens(textOf(trace.filter((item) => !isAgents(item)))),
    out_tokens: countTokens(textOf(trace.filter(isAgents))),
  };
}
