import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { parse } from "yaml";
import { IncidentError } from "../../domain/errors.ts";
import { DROPPABLE, HINTS } from "../incidents/vary-incidents.ts";
import { METRIC_NAMES, metricOf } from "./metrics.ts";

/** A secret in a plan would be copied with its records. */
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|HEADERS)(_FILE)?$/;
const MetricName = z.enum(METRIC_NAMES as [string, ...string[]], {
  error: ({ input }) => `there is no metric ${JSON.stringify(input)}: name one of ${METRIC_NAMES.join(", ")}`,
});

/**
 * One of two configurations: what differs from the settings in force. `env`: settings by their environment variables.
 * `config`: another configuration file. `llm` false: no model. `without`: signals or hints to remove. `leaveOut`: a system
 * that the confidence is fitted without, or `each`.
 */
const Arm = z.strictObject({
  what: z.string().optional(),
  llm: z.boolean().optional(),
  env: z
    .record(z.string(), z.string())
    .refine((env) => !Object.keys(env).some((name) => SECRET_NAME.test(name)), {
      error: "a plan holds no secrets: leave keys and tokens in the environment",
    })
    .optional(),
  config: z.string().optional(),
  without: z.array(z.enum([...DROPPABLE, ...HINTS])).optional(),
  leaveOut: z.string().optional(),
});
export type ExperimentArm = z.infer<typeof Arm>;

/**
 * `effect`: the difference b − a worth finding, in the metric's unit; for a ratio .1 is 10 % more. `discordant`: share of
 * cases that are right on exactly one side, for a share. `sd`: standard deviation of the differences, for an amount; of
 * their logarithms, for a ratio. `base`: the share with configuration a, for a randomised experiment.
 */
const Primary = z.strictObject({
  metric: MetricName,
  effect: z.number().refine((value) => value !== 0, "the effect is not 0"),
  discordant: z.number().gt(0).max(1).optional(),
  sd: z.number().gt(0).optional(),
  base: z.number().min(0).max(1).optional(),
});

/** `margin`: how much worse b may be, in the metric's unit; for a ratio .2 is 20 % more. */
const Guardrail = z.strictObject({ metric: MetricName, margin: z.number().min(0) });
export type Guardrail = z.infer<typeof Guardrail>;

/** What an experiment compares, and how it will be judged: written before the first run. */
export const ExperimentPlan = z
  .strictObject({
    name: z.string().regex(/^[\w.-]{1,60}$/, "letters, digits, dots and dashes, at most 60"),
    why: z.string().optional(),
    suites: z.array(z.string()).min(1),
    a: Arm,
    b: Arm,
    assignment: z.strictObject({
      kind: z.enum(["paired", "randomised"]),
      seed: z.number().int().nonnegative().default(1),
    }),
    primary: Primary,
    guardrails: z.array(Guardrail).default([]),
    alpha: z.number().gt(0).max(0.2).default(0.05),
    power: z.number().min(0.5).max(0.99).default(0.8),
  })
  .check((context) => {
    const { primary, guardrails, assignment } = context.value;
    const fail = (path: (string | number)[], message: string): void =>
      void context.issues.push({ code: "custom", path, message, input: context.value });
    const { unit } = metricOf(primary.metric);
    if (unit === "share" && assignment.kind === "paired" && primary.discordant === undefined)
      fail(["primary", "discordant"], "say which share of cases is right on exactly one side");
    if (primary.discordant !== undefined && primary.discordant < Math.abs(primary.effect))
      fail(
        ["primary", "discordant"],
        "it is at least the effect: each case of the difference is right on one side only",
      );
    if (unit === "share" && assignment.kind === "randomised" && primary.base === undefined)
      fail(["primary", "base"], "say the share that configuration a reaches");
    if (unit !== "share" && primary.sd === undefined) fail(["primary", "sd"], "say how much the differences vary");
    if (unit === "share" && Math.abs(primary.effect) > 1) fail(["primary", "effect"], "a share differs by at most 1");
    if (unit === "ratio" && primary.effect <= -1) fail(["primary", "effect"], "a ratio falls by less than 1");
    const names = [primary.metric, ...guardrails.map(({ metric }) => metric)];
    if (new Set(names).size < names.length) fail(["guardrails"], "each metric is named once");
  });
export type ExperimentPlan = z.infer<typeof ExperimentPlan>;

/**
 * Reads a plan, in YAML or JSON.
 *
 * @throws {IncidentError} NOT_FOUND if there is no such file; BAD_INPUT naming each wrong field.
 */
export async function readPlan(path: string): Promise<ExperimentPlan> {
  const hint = "docs/experiments.md shows a plan and explains each field.";
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read the plan ${path}`, { hint, cause });
  });
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `the plan ${path} is neither YAML nor JSON`, { hint, cause });
  }
  const parsed = ExperimentPlan.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IncidentError("BAD_INPUT", `the plan ${path} is not valid:\n${z.prettifyError(parsed.error)}`, {
    hint,
    cause: parsed.error,
  });
}

const sortedKeys = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sortedKeys)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sortedKeys(inner)]),
        )
      : value;

/** SHA-256 of a plan, in hex: the same for the same content, whatever the order of its keys or its comments. */
export const planHash = (plan: ExperimentPlan): string =>
  createHash("sha256")
    .update(JSON.stringify(sortedKeys(plan)))
    .digest("hex");
