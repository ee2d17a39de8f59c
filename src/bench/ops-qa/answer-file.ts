import { open, readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { IncidentError, messageOf } from "../../domain/errors.ts";

const Setup = z.strictObject({
  model: z.string(),
  server: z.string(),
  votes: z.number(),
  temperature: z.number().nullable(),
  prompt: z.number(),
});
/** What all answers of a file have in common. `temperature`: null for the server's own. */
export type AnswerSetup = z.infer<typeof Setup>;

const QuestionAnswer = z.object({
  key: z.string(),
  id: z.string(),
  file: z.string(),
  shuffleSeed: z.number().nullable(),
  votes: z
    .array(z.object({ chosen: z.array(z.number()).nullable(), reply: z.string(), unreadable: z.string().optional() }))
    .min(1),
  tokens: z.object({ input: z.number(), output: z.number(), isEstimate: z.boolean() }),
  ms: z.number(),
});
/**
 * The replies to one question in one order. `shuffleSeed`: null for the order of the file. `reply`: how it begins.
 * `isEstimate`: the server counts no tokens.
 */
export type QuestionAnswer = z.infer<typeof QuestionAnswer>;

/** `answers`: those of earlier runs. */
export type AnswerFile = { answers: readonly QuestionAnswer[]; add: (answer: QuestionAnswer) => Promise<void> };

const FirstLine = z.object({ setup: Setup });
const KEEP = "Give --out another file, or leave the settings as they were.";

/**
 * Opens the file of answers, one JSON object a line after a first line with the setup. Each answer is written as soon
 * as it is there. What a crash left of a last line is removed.
 *
 * @throws {IncidentError} CONFIG when it cannot be written; BAD_INPUT when it is of another setup or no such file.
 */
export async function openAnswerFile(path: string, setup: AnswerSetup): Promise<AnswerFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw unwritable(path, cause);
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const firstLine = `${JSON.stringify({ setup })}\n`;
  if (whole === "" && !firstLine.startsWith(text)) throw noAnswerFile(path, 1, "no whole line");
  const [head, ...lines] = whole.split("\n").filter((line) => line !== "");
  if (head !== undefined) checkSetup(path, head, setup);
  const answers = lines.map((line, at) => readLine(path, at + 2, line, QuestionAnswer));
  const first = head === undefined ? firstLine : "";
  if (first !== "" || whole.length < text.length)
    await writeFile(path, whole + first).catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
  return {
    answers,
    async add(answer) {
      const file = await open(path, "a").catch((cause: unknown) => {
        throw unwritable(path, cause);
      });
      try {
        await file.appendFile(`${JSON.stringify(answer)}\n`);
      } catch (cause) {
        throw unwritable(path, cause);
      } finally {
        await file.close();
      }
    },
  };
}

function checkSetup(path: string, line: string, setup: AnswerSetup): void {
  const { setup: earlier } = readLine(path, 1, line, FirstLine);
  const differences = Object.entries(setup).flatMap(([name, value]) => {
    const before = Object.entries(earlier).find(([other]) => other === name)?.[1];
    return before === value ? [] : [`${name} was ${String(before)}, now ${String(value)}`];
  });
  if (differences.length > 0)
    throw new IncidentError("BAD_INPUT", `${path} holds answers of another setup: ${differences.join("; ")}`, {
      hint: KEEP,
    });
}

function readLine<T>(path: string, at: number, line: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw noAnswerFile(path, at, messageOf(cause));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw noAnswerFile(path, at, z.prettifyError(result.error));
}

const noAnswerFile = (path: string, at: number, why: string): IncidentError =>
  new IncidentError("BAD_INPUT", `${path}, line ${at}: not of a file of answers (${why})`, {
    hint: "Give --out another file: this one is left as it is.",
  });

const unwritable = (path: string, cause: unknown): IncidentError =>
  new IncidentError("CONFIG", `${path} cannot be written`, {
    hint: "Give --out a file in an existing folder that you may write to.",
    cause,
  });
