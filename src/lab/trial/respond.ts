import { setTimeout as sleep } from "node:timers/promises";
import { OBJECTIVE, recoveredAt } from "../market/objectives.ts";
import type { LabCauseway, LabReport } from "./causeway-process.ts";
import { conclusionOf } from "./conclusion.ts";
import type { Estate } from "./estate.ts";
import { approveAndExecute, type ExecutedAction } from "./responders.ts";

type RespondOptions = {
  times: { recoverWithin: number };
  say: (what: string) => void;
  signal: AbortSignal;
  wrongWorkload: string | null;
  folder: string;
};

/** A person would stop and call a colleague after so many actions and analyses. */
const MAX_ACTIONS = 3;
const MAX_ANALYSES = 4;
/** How long the person waits for more telemetry, before the incident is analyzed again. */
const LOOK_AGAIN_MS = 15_000;
/** How long the person waits after a change that succeeded, before the next one: recovery itself takes a window. */
const TAKES_EFFECT_MS = 2 * OBJECTIVE.windowMs + 6_000;
const POLL_MS = 1_000;

/**
 * The person of the lab. Approves and executes the actions of the report in their order, until the market is well. When
 * none is left and it is not well, the person analyzes the incident again, and does not repeat what did not help.
 */
export async function respond(
  causeway: LabCauseway,
  reported: LabReport | null,
  estate: Pick<Estate, "outcomes">,
  faultMs: number,
  { times, say, signal, wrongWorkload, folder }: RespondOptions,
): Promise<{ executed: ExecutedAction[]; later: LabReport[] }> {
  const executed: ExecutedAction[] = [];
  const later: LabReport[] = [];
  const isOver = (): boolean =>
    executed.length >= (wrongWorkload === null ? MAX_ACTIONS : 1) || Date.now() > faultMs + times.recoverWithin;
  const isWell = (): boolean => recoveredAt(estate.outcomes, faultMs, Date.now()) !== null;
  const isTried = (action: Named): boolean => executed.some((one) => nameOf(one) === nameOf(action));

  let report = reported;
  while (report !== null) {
    for (const action of report.report.actions.filter((one) => !isTried(one))) {
      if (isOver() || (executed.length > 0 && isWell())) return { executed, later };
      const done = await approveAndExecute(causeway, action, wrongWorkload, folder);
      say(`${action.runbook}/${action.step} ${action.target}: ${done.state} ${done.why}`);
      executed.push(done);
      if (done.state === "succeeded") await untilWell(isWell, signal);
      // What was planned before a change that did not help is planned anew.
      else break;
    }
    if (later.length >= MAX_ANALYSES - 1) break;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
    if (isOver() || isWell()) break;
    report = await causeway.analyzeAgain(report);
    say(report === null ? "the second analysis failed" : `again: ${conclusionOf(report)}`);
    if (report !== null) later.push(report);
  }
  return { executed, later };
}

/** A change that took effect needs a while until customers see it. */
async function untilWell(isWell: () => boolean, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + TAKES_EFFECT_MS;
  do await sleep(POLL_MS, undefined, { signal });
  while (!isWell() && Date.now() < deadlineMs);
}

type Named = Pick<ExecutedAction, "runbook" | "step" | "target">;
const nameOf = ({ runbook, step, target }: Named): string => `${runbook}/${step} ${target}`;
