import { type Canary, CANARY_GUARDRAILS, CANARY_STAGES, type CanaryStep } from "../domain/canary.ts";
import { isoTime } from "../domain/time.ts";

const tried = ({ candidate: { model, prompt } }: Canary): string =>
  [
    ...(model === undefined ? [] : [`model ${model}`]),
    ...(prompt === undefined ? [] : [`prompt ${prompt.name} v${prompt.version}`]),
  ].join(", ");

/** A canary with its guardrails and all its steps. */
export function renderCanary(canary: Canary, steps: readonly CanaryStep[]): string {
  const { id, task, mode, state, stage, atStage, perStage, compared, alpha, margins, tests } = canary;
  const share = 100 * (CANARY_STAGES[stage] ?? 0);
  const running = `${mode === "shadow" ? "in shadow of" : "shown to"} ${share} % of incidents`;
  return [
    `${id}: ${task} with ${tried(canary)}: ${state === "running" ? running : state}`,
    `  ${compared} comparisons, ${atStage} of ${perStage} at this stage; alpha ${alpha} over ${CANARY_GUARDRAILS.length} guardrails`,
    ...CANARY_GUARDRAILS.map((name) => {
      const test = tests[name];
      const seen =
        test === undefined || test.n === 0
          ? "no observations"
          : `${test.n} observations, p ${Math.min(1, 1 / test.peak).toPrecision(2)} at any look`;
      return `  ${name.padEnd(11)} margin ${margins[name]}: ${seen}`;
    }),
    ...steps.map(({ atMs, step, by, why }) => `  ${isoTime(atMs)} ${step} by ${by}: ${why}`),
  ].join("\n");
}
