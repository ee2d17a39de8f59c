import { IncidentError } from "../../domain/errors.ts";
import type { Hypothesis } from "../../domain/hypothesis.ts";
import type { RunbookDocument } from "../../domain/memory.ts";
import type { Problem } from "../../domain/ports.ts";
import type { Runbook } from "../../domain/runbook.ts";
import type { AlertText } from "../../memory/pages/alert-question.ts";
import { causeCard } from "../../rca/catalogue.ts";
import { matchRunbook, runbooksForCause } from "../../remediation/match-runbook.ts";
import { undoesChange } from "../../remediation/undo-source.ts";
import { pagesForAlerts } from "../alert-pages.ts";
import { type AlertRunbooks, alertRunbooks, linkHint } from "../alert-runbooks.ts";
import { findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { foldProblems } from "../gather.ts";
import { nearestPage } from "../nearest-page.ts";
import { indexRunbooks } from "../runbook-index.ts";
import { seenBy } from "../seen.ts";
import type { AnalysisState, CoverageGap } from "../state.ts";
import { type NodeStep, timed } from "../step.ts";

/**
 * Finds the runbooks that treat the suspected cause and the team's own pages for the alerts, and reads the pages that
 * alerts link to.
 */
export const findRunbooks = (deps: AgentDeps): NodeStep =>
  timed(deps, "find-runbooks", async ({ analysisId }, { signal }) => {
    const problems: Problem[] = [];
    const onProblem = (problem: Problem): void => void problems.push(problem);
    const runbooks = await deps.runbooks.listRunbooks({ signal, onProblem });
    const { gaps } = await findAmong(deps, analysisId, runbooks, signal);
    return { coverage: [...foldProblems("runbooks", problems), ...gaps] };
  });

/** Runs when the runbooks cannot be read. Linked pages are still read, and the plan drafts a runbook. */
export const findWithoutRunbooks =
  (deps: AgentDeps) =>
  async ({ analysisId }: AnalysisState) => ({
    coverage: (await findAmong(deps, analysisId, [])).gaps,
  });

async function findAmong(
  deps: AgentDeps,
  analysisId: string,
  runbooks: readonly Runbook[],
  signal?: AbortSignal,
): Promise<{ gaps: CoverageGap[] }> {
  const { store, pages, library } = deps;
  const addresses = (await findArtifact(store, analysisId, "alerts.runbooks")) ?? [];
  const linked = await alertRunbooks(addresses, runbooks, pages ?? null, signal);
  const { verdict, hypotheses } = await getArtifact(store, analysisId, "ranking");
  const found = candidatesFor(hypotheses[0], runbooks);
  const isDrafted = verdict === "root_cause" && found.match === null;
  const alerts = (await findArtifact(store, analysisId, "alerts.texts")) ?? [];
  const hint = await hintOf(deps, analysisId, { runbooks, linked, alerts, isDrafted });
  const own = library && (await pagesForAlerts(library, alerts, signal));
  await putArtifact(store, analysisId, "runbooks.pages", own?.pages ?? []);
  await putArtifact(store, analysisId, "runbooks.linked", linked.links);
  await putArtifact(store, analysisId, "runbooks.found", { runbooks: found.candidates, hint });
  return { gaps: [...foldProblems("runbook", linked.problems), ...foldProblems("runbooks", own?.problems ?? [])] };
}

function candidatesFor(
  suspect: Hypothesis | undefined,
  runbooks: readonly Runbook[],
): { candidates: Runbook[]; match: Runbook | null } {
  if (suspect === undefined) return { candidates: [], match: null };
  const card = causeCard(suspect.cause);
  const ofCause = runbooksForCause(suspect.cause, runbooks, card);
  // The culprit may be a change whose undo another runbook holds, whatever the cause is called.
  const ofChanges = runbooks.filter((runbook) => undoesChange(runbook) && !ofCause.includes(runbook));
  return {
    candidates: [...ofCause, ...ofChanges],
    match: matchRunbook(suspect.cause, suspect.entity, runbooks, card).runbook,
  };
}

type Search = {
  runbooks: readonly Runbook[];
  linked: AlertRunbooks;
  alerts: readonly AlertText[];
  isDrafted: boolean;
};

/**
 * Recommends a runbook or page if no runbook treats the cause: one that the alerts link to, otherwise the one that is
 * most likely for the alerts or the symptoms. Null if a runbook treats the cause, or none is likely. Pages that were
 * read are always indexed. `recall-similar` has already reported a memory that is down.
 */
async function hintOf(
  { memory, store, pages: source, now }: AgentDeps,
  analysisId: string,
  { runbooks, linked, alerts, isDrafted }: Search,
): Promise<string | null> {
  const isKept = (address: string): boolean => source?.allowed(address) === address && !linked.gone.includes(address);
  const shelf = { runbooks, pages: linked.pages, isKept };
  let nearest: RunbookDocument | null = null;
  try {
    if (memory !== null && isDrafted)
      nearest = await nearestPage({ alerts, seen: await seenBy(store, analysisId) }, shelf, memory, now());
    else if (memory !== null && linked.pages.length + linked.gone.length > 0) await indexRunbooks(shelf, memory, now());
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
  }
  if (!isDrafted) return null;
  const near =
    nearest === null
      ? null
      : `the most likely runbook by its text is ${nameOf(nearest)}, but it does not list this cause`;
  return linkHint(linked.links) ?? near;
}

/** Names a runbook of a folder by its name, and a page by title and address. */
const nameOf = ({ title, source }: RunbookDocument): string =>
  /^https?:/.test(source) ? `"${title}" (${source})` : title;
