import type { ModelTool, ModelToolCall } from "../domain/chat-model.ts";

/**
 * What a call of a tool gave. `text`: for the model. `step`: one sentence for people. `ok`: false if it was refused.
 * `isMalformed`: false if the call had the right form though it was refused.
 */
export type ToolOutcome = { text: string; step: string; ok: boolean; isMalformed?: false };
/** A tool that a model may call. `run` checks its input: a wrong one gives an answer that says what is possible. */
export type LoopTool = { definition: ModelTool; run(input: unknown, signal?: AbortSignal): Promise<ToolOutcome> };

/** Characters of one call's arguments. Longer ones are refused unread, and are not sent back to the model. */
export const MAX_INPUT_CHARS = 4000;
/** The same call with the same input is answered once. */
const REPEATED = "This call was made before. Its result is above. Ask something else, or conclude.";
export const CONCLUDE_NOW = "The budget is used up. Call the concluding tool now, with what you know.";

/** Runs a call that has the right form. Each other one gets a refusal that says what is possible. */
export async function answerTo(
  call: ModelToolCall,
  byName: ReadonlyMap<string, LoopTool>,
  seen: Set<string>,
  isOver: boolean,
  signal: AbortSignal | undefined,
): Promise<ToolOutcome> {
  const tool = byName.get(call.name);
  if (tool === undefined)
    return refusal(call, `There is no such tool. There are: ${[...byName.keys()].join(", ")}.`, false);
  if (isOver) return { ...refusal(call, CONCLUDE_NOW), isMalformed: false };
  if (call.input === TOO_LONG) return refusal(call, `The arguments are longer than ${MAX_INPUT_CHARS} characters.`);
  const key = JSON.stringify([call.name, call.input]);
  if (seen.has(key)) return { ...refusal(call, REPEATED), isMalformed: false };
  seen.add(key);
  return tool.run(call.input, signal);
}

export const refusal = ({ name }: ModelToolCall, why: string, isKnown = true): ToolOutcome => ({
  text: JSON.stringify({ refused: why }),
  step: `refused a call of ${isKnown ? name : "an unknown tool"}`,
  ok: false,
});

/** Stands in for arguments that are too long. */
const TOO_LONG = "(too long)";
/** The call as it is kept: what a model writes must not fill the memory, or the next request. */
export function bounded(call: ModelToolCall): ModelToolCall {
  const size = typeof call.input === "string" ? call.input.length : (JSON.stringify(call.input) ?? "").length;
  return {
    id: call.id.slice(0, 200),
    name: call.name.slice(0, 64),
    input: size > MAX_INPUT_CHARS ? TOO_LONG : call.input,
  };
}
