import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { TriageReport } from "../domain/triage.ts";
import { redactSecrets } from "../domain/redact.ts";
import { triageAlerts as triageWith } from "../app/triage.ts";
import { readTopology } from "../connectors/files/documents.ts";
import { findPagesFor, type PageSearch } from "./find-pages.ts";
import { openRunbooks } from "./runbooks.ts";
import { recordedScenario } from "./recorded.ts";
import { webhookDoors } from "./webhooks.ts";

type Search = Pick<PageSearch, "words" | "labels" | "limit" | "signal">;

/** Runbooks by cause or words, and pages of the team. */
export const runbookSearch = (config: Pick<Config, "runbooks" | "runbookPages">) => {
  const source = openRunbooks(config);
  return async ({ words, labels, limit, signal }: Search) => {
    const notes: string[] = [];
    const note = (what: string): void => void (notes.length < 5 && notes.push(redactSecrets(what)));
    const all = await source.listRunbooks({ signal, onProblem: ({ source: file, what }) => note(`${file}: ${what}`) });
    const pages = await findPagesFor(config, { words, labels, limit, signal, folders: [] }).catch((error: unknown) => {
      if (!(error instanceof IncidentError)) throw error;
      note(`${error.message}. ${error.hint}`);
      return { hits: [], problems: [] };
    });
    for (const { source: file, what } of pages.problems) note(`${file}: ${what}`);
    return {
      runbooks: byWords(all, words)
        .slice(0, limit)
        .map(({ slug, description, causes, steps }) => ({
          name: slug,
          description,
          causes,
          steps: steps.map(({ title }) => title),
        })),
      pages: pages.hits.map(({ id, section, title, certainty }) => ({ page: id, section, title, certainty })),
      notes,
    };
  };
};

/** Runbooks that share words with a search, those that share most first; one whose cause is named comes before all. */
function byWords(all: readonly Runbook[], words: string): Runbook[] {
  const wanted = wordsOf(words);
  const weight = ({ slug, description, causes }: Runbook): number =>
    causes.includes(words.trim()) || slug === words.trim()
      ? Number.POSITIVE_INFINITY
      : sharedBy(new Set(wordsOf([slug, description, ...causes].join(" "))), wanted);
  return all
    .map((runbook) => ({ runbook, score: weight(runbook) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ runbook }) => runbook);
}

const sharedBy = (words: ReadonlySet<string>, wanted: readonly string[]): number =>
  new Set(wanted.filter((word) => words.has(word))).size;

/** "KubePodCrashLooping" → kube, pod, crash, looping. Short words say nothing. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);

/** Triage of alerts that come as text. */
export const triageText =
  (config: Config, now: () => number) =>
  (text: string, signal: AbortSignal): Promise<TriageReport> =>
    triageWith(
      {
        async *openFile() {
          yield Buffer.from(text);
        },
        openScenario: recordedScenario,
        doors: webhookDoors(config),
        readTopology: (file, options) => readTopology(file, options.signal),
      },
      config,
      "-",
      { signal, nowMs: now() },
    ).catch((error: unknown) => {
      if (!(error instanceof IncidentError) || error.code !== "BAD_INPUT") throw error;
      throw new IncidentError("BAD_INPUT", "none of these can be read as an alert", {
        hint: "Give payloads of an Alertmanager, Grafana or PagerDuty webhook, or alert events.",
        cause: error,
      });
    });
