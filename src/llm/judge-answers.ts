import { z } from "zod";
import type { ChatModel, JsonSchema } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import { promptVersion } from "./prompt.ts";
import { JUDGE } from "./prompts/judge.ts";
import { quotedJson, ownWords } from "./quoted-data.ts";

/**
 * Two answers to one question. `facts`: what is known. All of it is data, in its own words: a judge compares wording.
 * It decides nothing but the score of an experiment.
 */
export type ComparedAnswers = { id: string; question: string; facts: readonly string[]; a: string; b: string };
export const PREFERENCES = ["a", "b", "tie"] as const;
export type Preference = (typeof PREFERENCES)[number];

/** `consistent` false: the judge preferred another answer after they had changed places, so it is a tie. */
export type JudgedPair = { id: string; preference: Preference; consistent: boolean };

const Answer = z.object({ better: z.enum(["first", "second", "tie"]), why: z.string() });
const SCHEMA: JsonSchema = {
  type: "object",
  properties: { better: { type: "string", enum: ["first", "second", "tie"] }, why: { type: "string" } },
  required: ["better", "why"],
  additionalProperties: false,
};
const FORM = { name: "comparison", description: "which answer is better", schema: SCHEMA };
const MOST_TOKENS = 300;
const MOST_TEXT = 4_000;
const MOST_FACT = 400;

/** Identifies the judge: its prompt, and the form of its answer. */
export const JUDGE_VERSION = promptVersion(JUDGE, [], FORM);

async function betterOf(
  model: ChatModel,
  pair: ComparedAnswers,
  order: readonly ["a", "b"] | readonly ["b", "a"],
): Promise<Preference> {
  const [first, second] = order.map((side) => ownWords(pair[side], MOST_TEXT));
  const data = {
    question: ownWords(pair.question, MOST_TEXT),
    facts: pair.facts.map((fact) => ownWords(fact, MOST_FACT)),
    first,
    second,
  };
  const { text } = await model.complete({
    task: "judge",
    prompt: JUDGE_VERSION,
    messages: [
      { role: "system", text: JUDGE.system },
      { role: "user", text: `<comparison>${quotedJson(data)}</comparison>` },
    ],
    tools: [],
    answer: FORM,
    maxOutputTokens: MOST_TOKENS,
    sample: 0,
  });
  const better = readAnswer(text, pair.id);
  return better === "tie" ? "tie" : order[better === "first" ? 0 : 1];
}

function readAnswer(text: string, id: string): z.infer<typeof Answer>["better"] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const parsed = Answer.safeParse(value);
  if (parsed.success) return parsed.data.better;
  throw new IncidentError("BAD_RESPONSE", `the judge's answer on ${id} does not have the form that it was given`, {
    hint: "Try a model that follows a JSON schema.",
  });
}

/**
 * Lets a model judge a pair twice, with the answers in both orders. It counts only what it says both times, because
 * models prefer a place.
 *
 * @throws {IncidentError} as the model; BAD_RESPONSE for an answer without the form.
 * @see Zheng et al., Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena, NeurIPS 2023, §3.4 (position bias).
 */
export async function judgePair(model: ChatModel, pair: ComparedAnswers): Promise<JudgedPair> {
  const [once, again] = [await betterOf(model, pair, ["a", "b"]), await betterOf(model, pair, ["b", "a"])];
  const consistent = once === again;
  return { id: pair.id, preference: consistent ? once : "tie", consistent };
}
