import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import { OPSEVAL_SHAPE, readOpsEval } from "./opseval.ts";
import { keyOf, type LayoutEntry, type ChoiceQuestion } from "./question.ts";
import { readSreSkills, SRE_SKILLS_SHAPE } from "./sre-skills.ts";

const LAYOUTS: readonly {
  name: string;
  read: (entry: Readonly<Record<string, unknown>>, at: number) => LayoutEntry;
}[] = [
  { name: "OpsEval", read: readOpsEval },
  { name: "SRE-skills-bench", read: readSreSkills },
];
const EXPECTED = `Expected a JSON array of entries, or one entry a line, in one of these layouts:\n${OPSEVAL_SHAPE}\n${SRE_SKILLS_SHAPE}`;

/** `leftOut`: entries that cannot be scored, counted by reason. */
export type QuestionFile = {
  path: string;
  layout: string;
  questions: readonly ChoiceQuestion[];
  leftOut: readonly { reason: string; entries: number }[];
};

/**
 * Reads a file of multiple-choice questions. A question that was there before in the file is left out.
 *
 * @throws {IncidentError} NOT_FOUND when the file cannot be read; BAD_INPUT when an entry is of no known layout, and
 *   when no question is left.
 */
export async function readQuestions(path: string): Promise<QuestionFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read the questions ${path}`, { hint: "Check the path.", cause });
  });
  const entries = entriesOf(text, path);
  const [first] = entries;
  if (first === undefined) throw new IncidentError("BAD_INPUT", `${path} holds no question`, { hint: EXPECTED });
  const layout = LAYOUTS.find(({ read }) => read(asRecord(first.value), 0) !== null);
  const questions = new Map<string, ChoiceQuestion>();
  const reasons = new Map<string, number>();
  for (const [at, { where, value }] of entries.entries()) {
    const entry = layout?.read(asRecord(value), at) ?? null;
    if (entry === null) throw unknownLayout(path, where, value, layout?.name);
    const repeated = "question" in entry && questions.has(keyOf(entry.question));
    const reason = "leftOut" in entry ? entry.leftOut : repeated ? "the same question was there before" : null;
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    else if ("question" in entry) {
      const key = keyOf(entry.question);
      questions.set(key, { ...entry.question, key, file: basename(path) });
    }
  }
  const leftOut = [...reasons].map(([reason, count]) => ({ reason, entries: count }));
  if (questions.size === 0) {
    const why = leftOut.map(({ reason, entries: count }) => `${count}: ${reason}`).join("; ");
    throw new IncidentError("BAD_INPUT", `${path} holds no multiple-choice question (${why})`, { hint: EXPECTED });
  }
  return { path, layout: layout?.name ?? "", questions: [...questions.values()], leftOut };
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

type Entry = { where: string; value: unknown };

function entriesOf(text: string, path: string): Entry[] {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed.startsWith("[")) {
    const values = parsed(trimmed, path);
    return (Array.isArray(values) ? values : []).map((value: unknown, at) => ({ where: `entry ${at + 1}`, value }));
  }
  return trimmed
    .split("\n")
    .map((line, at) => ({ line, where: `line ${at + 1}` }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, where }) => ({ where, value: parsed(line, `${path}, ${where}`) }));
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${where}: not JSON`, { hint: EXPECTED, cause });
  }
}

function unknownLayout(path: string, where: string, value: unknown, layout: string | undefined): IncidentError {
  const keys = Object.keys(asRecord(value)).slice(0, 12);
  const found = keys.length > 0 ? `its fields are ${keys.join(", ")}` : "it is no object with fields";
  const what = layout === undefined ? "of no known layout" : `not in the layout of ${layout}, as the first entry is`;
  return new IncidentError("BAD_INPUT", `${path}, ${where}: ${what}; ${found}`, { hint: EXPECTED });
}
