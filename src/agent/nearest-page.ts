import type { RunbookDocument } from "../domain/memory.ts";
import type { PageFile } from "../domain/runbook.ts";
import { causeText, recallText, type Seen } from "../memory/document.ts";
import { hashedWords } from "../memory/hashed-words.ts";
import type { AlertText } from "../memory/pages/alert-question.ts";
import { findPages } from "../memory/pages/find-pages.ts";
import { openShelf, type PageShelf, rankPages } from "../memory/pages/rank-pages.ts";
import type { Memory } from "./deps.ts";
import { indexedRunbooks, indexRunbooks, type Shelf } from "./runbook-index.ts";

/** The lowest rank by vector that a recommended page may have. */
const NEAR_BY_VECTOR = 3;
/** The least share of the symptoms' words, by weight: one common word is no sign. */
const MIN_WORDS = 0.1;

/**
 * Finds the configured runbook, or page that an alert linked to, for the alerts of an incident; without one, for its
 * symptoms and suspected cause. Null if none is near enough. It is a hint for a person only: anybody can write an alert
 * or a log line, so no step is planned from it. Updates the index first.
 *
 * @throws {IncidentError} UNAVAILABLE when the memory is down.
 */
export async function nearestPage(
  { alerts, seen }: { alerts: readonly AlertText[]; seen: Seen },
  shelf: Shelf,
  memory: Memory,
  nowMs: number,
  signal?: AbortSignal,
): Promise<RunbookDocument | null> {
  await indexRunbooks(shelf, memory, nowMs, signal);
  const documents = await indexedRunbooks(memory);
  const pages = await openShelf(documents.map(asPage), hashedWords, signal);
  const [first] = await findPages(pages, alerts, signal);
  const id = first?.id ?? (await nearestToSymptoms(pages, seen, signal));
  return documents.find((document) => document.id === id) ?? null;
}

/**
 * Certainty was learned on alerts, not on symptoms in an analysis's own words. So words and vector must agree: the
 * first by words is among the first by vector.
 */
async function nearestToSymptoms(pages: PageShelf, seen: Seen, signal?: AbortSignal): Promise<string | null> {
  const [question] = symptomsOf(seen);
  if (question === undefined) return null;
  const ranked = await rankPages(pages, question, signal);
  const near = ranked.toSorted((a, b) => b.measured.vector - a.measured.vector).slice(0, NEAR_BY_VECTOR);
  return (
    near.find(({ signs, measured }) => signs["texts in page"] === 1 && measured["texts in page"] >= MIN_WORDS)?.id ??
    null
  );
}

/** Symptoms as an alert would describe them. */
function symptomsOf(seen: Seen): AlertText[] {
  const [suspect] = seen.ranking.hypotheses;
  const summary = causeText({ entity: null, cause: suspect?.cause ?? null });
  const description = recallText(seen);
  return `${summary}${description}` === ""
    ? []
    : [{ name: null, labels: {}, annotations: { summary, description }, expr: "" }];
}

const asPage = ({ id, title, text, source }: RunbookDocument): PageFile => ({
  id,
  path: URL.canParse(source) ? new URL(source).pathname.slice(1) : `${title}.md`,
  text: `# ${title}\n${text}`,
});
