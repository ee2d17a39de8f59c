import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { ChatModel } from "../../domain/chat-model.ts";
import { IncidentError } from "../../domain/errors.ts";
import {
  type ComparedAnswers,
  JUDGE_VERSION,
  type JudgedPair,
  judgePair,
  PREFERENCES,
} from "../../llm/judge-answers.ts";
import { bcaInterval, bcaOfStatistic } from "../../stats/bca.ts";
import { binomialUpTo } from "../../stats/binomial.ts";
import { cohensKappa } from "../../stats/kappa.ts";

/** The agreement from which a judge may be used. */
export const LEAST_KAPPA = 0.7;
/** Fewer labels leave an interval that says nothing. */
const LEAST_LABELS = 30;

const Pair = z.strictObject({
  id: z.string().min(1),
  question: z.string(),
  facts: z.array(z.string()),
  a: z.string(),
  b: z.string(),
});
const LabelledPair = Pair.extend({ label: z.enum(PREFERENCES) });
export type LabelledPair = z.infer<typeof LabelledPair>;

/**
 * What is known of a judge. `low`, `high`: 95 % interval of kappa (BCa over the pairs). `consistent`: share of pairs
 * on which it said the same in both orders. `isUsable`: kappa reaches `LEAST_KAPPA`.
 */
const Calibration = z.object({
  schema: z.literal("causeway.judge/1"),
  model: z.string(),
  server: z.string(),
  promptSha256: z.string(),
  labelsSha256: z.string(),
  at: z.string(),
  labels: z.number().int(),
  kappa: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  consistent: z.number(),
  isUsable: z.boolean(),
  why: z.string(),
});
export type JudgeCalibration = z.infer<typeof Calibration>;

async function readLines<T>(path: string, schema: z.ZodType<T>, what: string): Promise<{ rows: T[]; text: string }> {
  const hint = "docs/experiments.md shows the form: one JSON object a line.";
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read ${path}`, { hint, cause });
  });
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const rows = lines.map((line, index) => {
    try {
      return schema.parse(JSON.parse(line));
    } catch (cause) {
      const why = cause instanceof z.ZodError ? z.prettifyError(cause) : "not JSON";
      throw new IncidentError("BAD_INPUT", `${path}: line ${index + 1} is no ${what}: ${why}`, { hint, cause });
    }
  });
  return { rows, text };
}

/** @throws {IncidentError} NOT_FOUND, BAD_INPUT naming the line. */
export const readLabels = (path: string) => readLines(path, LabelledPair, "pair with a person's label");
/** @throws {IncidentError} NOT_FOUND, BAD_INPUT naming the line. */
export const readPairs = async (path: string): Promise<ComparedAnswers[]> =>
  (await readLines(path, Pair, "pair of answers")).rows;

type OnPair = (done: number, total: number) => void;

/** Judges one pair after the other. @throws {IncidentError} as `judgePair`. */
export async function judgeAll(
  model: ChatModel,
  pairs: readonly ComparedAnswers[],
  onPair?: OnPair,
): Promise<JudgedPair[]> {
  const judged: JudgedPair[] = [];
  for (const pair of pairs) {
    judged.push(await judgePair(model, pair));
    onPair?.(judged.length, pairs.length);
  }
  return judged;
}

/**
 * Measures how well a judge agrees with people.
 *
 * @throws {IncidentError} BAD_INPUT with too few labels.
 */
export async function calibrateJudge(
  model: ChatModel,
  labels: readonly LabelledPair[],
  { labelsText, nowMs, onPair }: { labelsText: string; nowMs: number; onPair?: OnPair },
): Promise<JudgeCalibration> {
  if (labels.length < LEAST_LABELS)
    throw new IncidentError("BAD_INPUT", `${labels.length} labels are too few: a judge needs ${LEAST_LABELS}`, {
      hint: "Label more pairs. With few labels, the interval of kappa is so wide that it says nothing.",
    });
  const judged = await judgeAll(model, labels, onPair);
  const ratings = labels.map(({ label }, at) => [label, judged[at]?.preference ?? "tie"] as const);
  const kappa = cohensKappa(ratings);
  const interval = kappa === null ? null : bcaInterval(bcaOfStatistic(ratings, cohensKappa, { seed: 1 }));
  const isUsable = kappa !== null && kappa >= LEAST_KAPPA;
  return {
    schema: "causeway.judge/1",
    model: model.name,
    server: model.server,
    promptSha256: JUDGE_VERSION.sha256,
    labelsSha256: createHash("sha256").update(labelsText).digest("hex"),
    at: new Date(nowMs).toISOString(),
    labels: labels.length,
    kappa,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    consistent: judged.filter(({ consistent }) => consistent).length / judged.length,
    isUsable,
    why:
      kappa === null
        ? "people and judge gave one label only, so their agreement says nothing"
        : `kappa ${kappa.toFixed(2)}, ${isUsable ? "at least" : "below"} ${LEAST_KAPPA}; ` +
          `the true agreement may be as low as ${(interval?.low ?? -1).toFixed(2)}`,
  };
}

const refuse = (why: string, cause?: unknown): IncidentError =>
  new IncidentError("REJECTED", `the judge is off: ${why}`, {
    hint: "Calibrate it against labels of people: causeway experiment judge --labels FILE --calibration FILE.",
    cause,
  });

/**
 * Reads the calibration of a judge, and refuses a judge that has none.
 *
 * @throws {IncidentError} REJECTED with the reason: no calibration, one of another model or prompt, or too low a kappa.
 */
export async function requireCalibrated(path: string, model: ChatModel): Promise<JudgeCalibration> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw refuse(`there is no calibration ${path}`, cause);
  });
  let calibration: JudgeCalibration;
  try {
    calibration = Calibration.parse(JSON.parse(text));
  } catch (cause) {
    throw refuse(`${path} is no calibration`, cause);
  }
  const { kappa, promptSha256 } = calibration;
  if (calibration.model !== model.name || calibration.server !== model.server)
    throw refuse(`${path} is of the model ${calibration.model} at ${calibration.server}, not of ${model.name}`);
  if (promptSha256 !== JUDGE_VERSION.sha256) throw refuse(`${path} is of another version of the judge's prompt`);
  // the figure itself, not what the file says about it
  if (kappa === null || kappa < LEAST_KAPPA) throw refuse(calibration.why);
  return calibration;
}

/** Which of two answers a judge prefers, over many pairs. `p`: two-sided sign test without ties. */
export type JudgeResult = { pairs: number; a: number; b: number; ties: number; inconsistent: number; p: number };

export function summaryOf(judged: readonly JudgedPair[]): JudgeResult {
  const count = (preference: JudgedPair["preference"]): number =>
    judged.filter((one) => one.preference === preference).length;
  const [a, b] = [count("a"), count("b")];
  return {
    pairs: judged.length,
    a,
    b,
    ties: count("tie"),
    inconsistent: judged.filter(({ consistent }) => !consistent).length,
    p: Math.min(1, 2 * binomialUpTo(Math.min(a, b), a + b, 0.5)),
  };
}
