import { z } from "zod";
import type { ModelRequest, ModelToolCall } from "../../src/domain/chat-model.ts";

/** What a tool answered, as a model reads it. */
const Answered = z.looseObject({
  tool: z.string().optional(),
  refused: z.string().optional(),
  summary: z.record(z.string(), z.unknown()).optional(),
  data: z.array(z.record(z.string(), z.unknown())).optional(),
});
export type Answered = z.infer<typeof Answered>;
const Opening = z.looseObject({ suspects: z.array(z.looseObject({ entity: z.string() })) });

/** The conversation so far: the opening, and each call with its answer. */
export type Conversation = { opening: string; turns: { call: ModelToolCall; answer: Answered }[] };

/** The conversation that a request holds. */
export const conversationOf = ({ messages }: Pick<ModelRequest, "messages">): Conversation => {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? message.calls : []));
  const answers = messages.flatMap((message) => (message.role === "tool" ? [parseAnswer(message.text)] : []));
  return {
    opening: messages[1]?.text ?? "",
    turns: answers.flatMap((answer, at) => (calls[at] === undefined ? [] : [{ call: calls[at], answer }])),
  };
};

export const parseAnswer = (text: string): Answered => Answered.parse(JSON.parse(text));

const call = (name: string, input: object): ModelToolCall => ({
  id: `call-${name}-${JSON.stringify(input).length}`,
  name,
  input,
});
const SUSPECTS = 3;

/**
 * A script for a model that investigates. It knows only what a model is shown: it doubts the given quiet time, reads
 * how long each suspect took since the data began, has the one that slowed down most examined at the time at which it
 * changed, until the program ranks another suspect first, and concludes with the evidence that the program found.
 */
export function nextCall({ opening, turns }: Conversation): ModelToolCall {
  const data = Opening.parse(JSON.parse(opening.split("\n")[1] ?? "{}"));
  const suspects = data.suspects.slice(0, SUSPECTS).map(({ entity }) => entity);
  const answersOf = (tool: string): Answered[] =>
    turns.filter(({ call: { name } }) => name === tool).map(({ answer }) => answer);

  const [listed] = answersOf("list_names");
  if (listed === undefined) return call("list_names", { signal: "trace", entity: null });
  const [from] = z.array(z.string()).parse(listed.summary?.extents);
  const read = answersOf("read_metric");
  const unread = suspects[read.length];
  if (unread !== undefined)
    return call("read_metric", { entity: unread, metric: "http_server_request_duration_seconds_mean", from, to: null });

  const slowed = suspects
    .map((entity, at) => ({ entity, summary: read[at]?.summary ?? {} }))
    .map(({ entity, summary }) => ({
      entity,
      changedAt: summary.changed_at,
      growth: Number(summary.level_after_change) / Number(summary.level_before_change),
    }))
    .filter(({ changedAt, growth }) => typeof changedAt === "string" && growth > 1)
    .toSorted((a, b) => b.growth - a.growth);
  const [most] = slowed;
  const examined = answersOf("examine");
  const signals = ["trace", "metric", "log"];
  const signal = signals[examined.length];
  const firstOf = (answer: Answered | undefined): unknown =>
    z.array(z.string()).parse(answer?.summary?.ranking ?? suspects)[0];
  if (most !== undefined && signal !== undefined && firstOf(examined.at(-1)) === suspects[0])
    return call("examine", { signal, entity: most.entity, changed_at: most.changedAt, quiet_from: from });
  const found = examined.flatMap(({ data: rows = [] }) => rows);
  const [strongest] = found;
  return call("conclude", {
    conclusion: strongest === undefined ? "Nothing more was found." : String(strongest.summary),
    evidence_ids: strongest === undefined ? [] : [strongest.evidence],
  });
}
