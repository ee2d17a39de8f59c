import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { Answerer } from "./answerer.ts";
import { type ReceivedRequest, textOf, toolsOf } from "./completion-request.ts";
import { WrittenAnswer } from "./written-answer.ts";

const Texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/**
 * When a line of a script is for a request; all that is given must hold.
 *
 * - `contains`, `lastContains`: texts that the request's messages, or its last message, contain.
 * - `tool`: a tool that it offers. `turn`: the number of the model's own messages in it, 0 at first.
 * - `model`: the model that it names.
 */
const When = z.strictObject({
  contains: Texts.optional(),
  lastContains: Texts.optional(),
  tool: z.string().optional(),
  turn: z.number().int().nonnegative().optional(),
  model: z.string().optional(),
});
/** `repeat`: the line answers any number of requests; else one. */
const ScriptLine = z.looseObject({ when: When.optional(), repeat: z.boolean().optional() });

type Line = { when: z.infer<typeof When>; repeat: boolean; written: WrittenAnswer; number: number };

/**
 * Reads a script: JSON Lines, an answer on each. Lines that are empty or begin with `#` are skipped.
 *
 * @throws {IncidentError} BAD_INPUT naming file, line and field.
 */
export function readScript(text: string, file: string): Line[] {
  return text.split("\n").flatMap((raw, index) => {
    if (raw.trim() === "" || raw.trimStart().startsWith("#")) return [];
    const refuse = (what: string): never => {
      throw new IncidentError("BAD_INPUT", `${file}:${index + 1}: ${what}`, {
        hint: 'A line is JSON such as {"when": {"turn": 0}, "call": {"name": "TOOL", "input": {}}}; see docs/model.md.',
      });
    };
    let data: unknown;
    try {
      data = JSON.parse(raw);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : "not JSON");
    }
    const head = ScriptLine.safeParse(data);
    if (!head.success) return refuse(z.prettifyError(head.error));
    const { when = {}, repeat = false, ...rest } = head.data;
    const written = WrittenAnswer.safeParse(rest);
    if (!written.success) return refuse(z.prettifyError(written.error));
    return [{ when, repeat, written: written.data, number: index + 1 }];
  });
}

/** Answers by the first line that fits and is not used up. */
export function fromScript(lines: readonly Line[], file: string): Answerer {
  const used = new Set<Line>();
  return {
    name: `script ${file}`,
    answer: async (received) => {
      const line = lines.find((one) => !used.has(one) && fits(one.when, received));
      if (line === undefined) return null;
      if (!line.repeat) used.add(line);
      return line.written;
    },
    explain: () => `no line of ${file} is left that fits it (${used.size} of ${lines.length} are used up)`,
  };
}

const asList = (texts: string | readonly string[] | undefined): readonly string[] =>
  texts === undefined ? [] : typeof texts === "string" ? [texts] : texts;

function fits(when: Line["when"], { request }: ReceivedRequest): boolean {
  const last = request.messages.at(-1);
  const all = (): string => request.messages.map(textOf).join("\n");
  return (
    asList(when.contains).every((text) => all().includes(text)) &&
    asList(when.lastContains).every((text) => last !== undefined && textOf(last).includes(text)) &&
    (when.tool === undefined || toolsOf(request).some(({ name }) => name === when.tool)) &&
    (when.turn === undefined || request.messages.filter(({ role }) => role === "assistant").length === when.turn) &&
    (when.model === undefined || request.model === when.model)
  );
}
