import type { Action } from "../../domain/action.ts";
import { messageOf } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Log } from "../../domain/log.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import type { ActionKind } from "../../domain/policy.ts";
import type { ReportedChange } from "../../domain/reported-change.ts";
import type { ServiceStore } from "../../domain/service-store.ts";

/** The sender of these changes in the change feed. */
const SENDER = "causeway";
const KINDS: Readonly<Partial<Record<ActionKind, ReportedChange["kind"]>>> = {
  rollback: "deploy",
  scale: "scale",
  limit: "config",
  config: "config",
  flag: "flag",
};

type Parts = { store: Pick<AnalysisStore, "getAction">; service: Pick<ServiceStore, "addChanges">; log: Log };

/**
 * Adds what an execution changed to the change feed, so that `causeway impact` judges it, and a later incident sees
 * it. A feed that is down changes no execution.
 */
export async function reportChange({ store, service, log }: Parts, execution: Execution): Promise<void> {
  if (execution.changed === false) return;
  try {
    const action = await store.getAction(execution.actionId);
    if (action.kind === "silence") return; // it changes what people see, not the system
    const changes = changesOf(execution, action);
    if (changes.length > 0) await service.addChanges(SENDER, changes, execution.endedAtMs ?? execution.startedAtMs);
  } catch (error) {
    log.error({ executionId: execution.id }, `the change feed did not take an executed change: ${messageOf(error)}`);
  }
}

/** The change, and its undoing. */
export const changesOf = (
  { id, runs, by }: Pick<Execution, "id" | "runs" | "by">,
  { title, kind, target }: Pick<Action, "title" | "kind" | "target">,
): ReportedChange[] =>
  runs.flatMap(({ part, startedAtMs, endedAtMs }): ReportedChange[] =>
    part !== "apply" && part !== "rollback"
      ? []
      : [
          {
            timeUnixMs: endedAtMs,
            beganUnixMs: startedAtMs,
            entity: target.id.slice(0, 200),
            kind: KINDS[kind] ?? "other",
            id: `${id}-${part}`,
            summary: `Causeway ${part === "apply" ? "executed" : "undid"}: ${title}`.slice(0, 2_000),
            author: by.name.slice(0, 200),
          },
        ],
  );
