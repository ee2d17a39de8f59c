import { expressionOf } from "../domain/alert-expression.ts";
import type { Alert } from "../domain/telemetry.ts";
import type { AlertText } from "../memory/pages/alert-question.ts";
import { findPages, type FoundPage } from "../memory/pages/find-pages.ts";
import type { PageLibrary } from "../memory/pages/page-library.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Problem } from "../domain/ports.ts";
import type { PagesFound } from "./artifacts.ts";

/** Alerts of one incident that a page is looked for; more are a storm, and repeat each other. */
const MAX_ALERTS = 12;
const MAX_CHARS = 2_000;
/** Pages of one report. */
const MAX_PAGES = 5;

/**
 * What the alerts say, each name once: those of the most severe rules first, then the earliest. Their texts are
 * untrusted.
 */
export function alertTexts(alerts: readonly Alert[]): (AlertText & { name: string })[] {
  const byName = Map.groupBy(alerts.toSorted(byTime), ({ name }) => name);
  const firsts = [...byName.values()].flatMap(([first]) => first ?? []);
  return firsts
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .slice(0, MAX_ALERTS)
    .map((alert) => ({
      name: cut(alert.name),
      labels: cutAll(withService(alert)),
      annotations: cutAll(alert.annotations ?? (alert.message === null ? {} : { description: alert.message })),
      expr: cut(expressionOf(alert) ?? ""),
    }));
}

const SEVERITIES = ["critical", "high", "warning", "low", "info"];
const rankOf = ({ severity }: Alert): number => SEVERITIES.indexOf(severity ?? "warning");
const byTime = (a: Alert, b: Alert): number => (a.timeUnixMs ?? Infinity) - (b.timeUnixMs ?? Infinity) || 0;
const cut = (text: string): string => text.slice(0, MAX_CHARS).toWellFormed();
const cutAll = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, cut(text)]));
const withService = ({ labels = {}, entity, entityKind }: Alert): Record<string, string> =>
  entityKind === "service" ? { service: entity, ...labels } : labels;

/**
 * The team's own pages for these alerts, with what could not be read. Pages that cannot be searched are a problem,
 * never an error: the analysis does without them.
 */
export async function pagesForAlerts(
  library: PageLibrary,
  alerts: readonly AlertText[],
  signal?: AbortSignal,
): Promise<{ pages: PagesFound; problems: Problem[] }> {
  const problems: Problem[] = [];
  try {
    const shelf = await library.open({ signal, onProblem: (problem) => void problems.push(problem) });
    const found = await findPages(shelf, alerts, signal);
    return { pages: found.slice(0, MAX_PAGES).map(withoutProbability), problems };
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
    return { pages: [], problems: [{ source: "runbook pages", line: null, what: error.message }] };
  }
}

const withoutProbability = ({ id, title, section, alerts, certainty }: FoundPage): PagesFound[number] => ({
  id,
  title,
  section,
  alerts,
  certainty,
});
