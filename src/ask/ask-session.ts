import type { AskAnswer, AskTable } from "../domain/ask-answer.ts";
import type { AskPlan, AskSelection } from "../domain/ask-plan.ts";
import { type AskCatalogue, catalogueOf } from "./catalogue.ts";
import type { AskSource } from "./ask-source.ts";
import { type Fit, type FittedPlan, fitPlan } from "./fit-plan.ts";
import { planText } from "./plan-text.ts";
import { runPlan } from "./run-plan.ts";

/** Plans over one source. What the source holds is read once. */
export type AskSession = {
  readonly selections: readonly AskSelection[];
  catalogue(select: AskSelection, templates?: boolean): Promise<AskCatalogue | null>;
  fit(plan: AskPlan): Promise<Fit>;
  run(fitted: FittedPlan): Promise<AskTable>;
};

export function askSession(source: AskSource, signal?: AbortSignal): AskSession {
  const known = new Map<string, Promise<AskCatalogue>>();
  const catalogue = async (select: AskSelection, templates = false): Promise<AskCatalogue | null> => {
    if (!source.selections.includes(select)) return null;
    const wide = known.get(`${select} true`);
    const found = wide ?? known.get(`${select} ${templates}`);
    if (found !== undefined) return found;
    const read = catalogueOf(source, select, { templates: templates && select === "logs", signal });
    known.set(`${select} ${templates}`, read);
    return read;
  };
  return {
    selections: source.selections,
    catalogue,
    async fit(plan) {
      const catalogues = new Map<AskSelection, AskCatalogue>();
      const load = async (select: AskSelection): Promise<void> => {
        const found = await catalogue(select);
        if (found !== null) catalogues.set(select, found);
      };
      await load(plan.select);
      if (plan.join !== null) await load(plan.join.select);
      const wanted = [plan.select, ...(plan.join === null ? [] : [plan.join.select])];
      // A refusal names what there is instead.
      if (wanted.some((select) => (catalogues.get(select)?.records ?? 0) === 0))
        for (const select of source.selections) await load(select);
      return fitPlan(plan, catalogues);
    },
    run: (fitted) => runPlan(source, fitted, { signal }),
  };
}

/** The part of an answer that a plan gives: its table, or why it was refused. */
export async function answerPlan(
  session: AskSession,
  plan: AskPlan,
  { isExplained = false }: { isExplained?: boolean } = {},
): Promise<Pick<AskAnswer, "plan" | "plan_text" | "table" | "refusal">> {
  const fit = await session.fit(plan);
  if ("refusal" in fit) return { plan, plan_text: planText(plan), table: null, refusal: fit.refusal };
  const { fitted } = fit;
  const table = isExplained ? null : await session.run(fitted);
  return { plan: fitted.plan, plan_text: planText(fitted.plan), table, refusal: null };
}
