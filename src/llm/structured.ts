import { z } from "zod";
import type {
  ChatModel,
  ModelMessage,
  ModelReply,
  ModelRequest,
  ModelRoutes,
  ModelTask,
} from "../domain/chat-model.ts";
import type { ModelJudgement } from "../domain/model-verdict.ts";
import type { ModelUse } from "../domain/ports.ts";
import { type Prompt, promptVersion } from "./prompt.ts";
import { readJson } from "./read-json.ts";

/**
 * The form of an answer. In the schema, `.nullable()` instead of `.optional()`: small models leave nothing out well.
 */
export type AnswerForm<T> = { name: string; description: string; schema: z.ZodType<T> };

/**
 * - `data`: the last message, with the data of the case. It comes after the static prefix.
 * - `sample`: 0, or the number of a repeated sample.
 * - `onReply`: called for each reply as it arrives, so that replies before a failure count too.
 */
export type StructuredQuestion<T> = {
  task: ModelTask;
  prompt: Prompt;
  data: string;
  form: AnswerForm<T>;
  maxOutputTokens: number | null;
  sample?: number;
  judge?: ModelRoutes["judge"];
  onReply?: ((use: ModelUse | null) => void) | undefined;
  signal?: AbortSignal | undefined;
};

/** `callId`: of the last reply, which nobody has judged yet if it is an answer. `why`: for a person. */
export type StructuredAnswer<T> =
  | { kind: "answer"; value: T; isRepaired: boolean; callId: string | undefined; model: string }
  | { kind: "malformed" | "refused"; why: string; model: string };

const LONGEST_ECHO = 4000;
const MOST_ISSUES = 5;
const LONGEST_REASON = 1000;
const NO_CLAIMS = { claims: null, unsupportedClaims: null };

/**
 * Has a model answer in a form, and checks the answer. An answer that does not fit is sent back once with the reason.
 * The model's server decides whether it is a function call, JSON mode or plain text.
 *
 * @throws {IncidentError} as `ChatModel.complete`
 */
export async function structured<T>(model: ChatModel, question: StructuredQuestion<T>): Promise<StructuredAnswer<T>> {
  const { task, prompt, data, form, maxOutputTokens, sample = 0, judge, onReply, signal } = question;
  const answer = answerOf(form);
  const ask = async (messages: readonly ModelMessage[]): Promise<ModelReply> => {
    const version = promptVersion(prompt, [], answer);
    const request: ModelRequest = { task, prompt: version, messages, tools: [], answer, maxOutputTokens, sample };
    const reply = await model.complete(request, signal);
    onReply?.(reply.use);
    return reply;
  };
  const rejected = async (reply: ModelReply, verdict: ModelJudgement["verdict"]): Promise<void> =>
    judge?.(reply.callId, { verdict, ...NO_CLAIMS });

  const opening: ModelMessage[] = [
    { role: "system", text: prompt.system },
    { role: "user", text: data },
  ];
  const first = await ask(opening);
  const read = readAnswer(first, form);
  if (read.kind === "value")
    return { kind: "answer", value: read.value, isRepaired: false, callId: first.callId, model: first.model };
  await rejected(first, read.kind);
  if (read.kind === "refused") return { ...read, model: first.model };

  const second = await ask([
    ...opening,
    { role: "assistant", text: first.text.slice(0, LONGEST_ECHO) || "(empty)", calls: [] },
    { role: "user", text: repairOf(read.why, first) },
  ]);
  const again = readAnswer(second, form);
  if (again.kind === "value")
    return { kind: "answer", value: again.value, isRepaired: true, callId: second.callId, model: second.model };
  await rejected(second, again.kind);
  return { ...again, model: second.model };
}

const answerOf = <T>({ name, description, schema }: AnswerForm<T>): NonNullable<ModelRequest["answer"]> => ({
  name,
  description,
  schema: z.toJSONSchema(schema, { io: "input" }),
});

const repairOf = (why: string, { finish }: ModelReply): string =>
  [
    `That answer does not fit:\n${why}`,
    ...(finish === "length" ? ["It was cut because it is too long. Write less."] : []),
    "Answer again, in the form that was asked for and with nothing else.",
  ].join("\n");

type Read<T> = { kind: "value"; value: T } | { kind: "malformed" | "refused"; why: string };

function readAnswer<T>({ text, finish }: ModelReply, { schema }: AnswerForm<T>): Read<T> {
  if (finish === "filtered") return { kind: "refused", why: "the model or its server declined to answer" };
  const read = schema.safeParse(readJson(text));
  if (read.success) return { kind: "value", value: read.data };
  const issues = new z.ZodError(read.error.issues.slice(0, MOST_ISSUES));
  return { kind: "malformed", why: z.prettifyError(issues).slice(0, LONGEST_REASON) };
}
