import { createRoute, z } from "@hono/zod-openapi";
import type { Decided } from "../../app/decide.ts";
import { ActionEffect, type Decision, REJECTION_REASONS, type RejectionReason } from "../../domain/action.ts";
import { isoTime } from "../../domain/time.ts";
import { WorkStatus } from "../../domain/service.ts";
import type { Principal } from "../app-env.ts";
import { principalOf } from "../principal.ts";
import { ActionPath, IdempotencyHeader, json, Line, Prose } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";
import { DecisionView, decisionView } from "../views/analyses.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");
const DecisionFields = {
  note: Prose(4_000).nullable().optional().openapi({ description: "Reason for the decision." }),
  on_behalf_of: Line(200)
    .min(1)
    .optional()
    .openapi({ description: "The person who decided, when a program sends the request." }),
};
const Approval = z
  .strictObject({
    script_sha256: Sha256.openapi({ description: "The hash of the script that the person read." }),
    ...DecisionFields,
  })
  .openapi("Approval");
const Rejection = z
  .strictObject({
    script_sha256: Sha256.optional(),
    reason: z.enum(REJECTION_REASONS).optional().openapi({ description: "Why. The memory learns from it." }),
    ...DecisionFields,
  })
  .openapi("Rejection");

const DecidedView = z
  .object({
    action_id: z.string(),
    analysis_id: z.string(),
    analysis_status: WorkStatus,
    ...DecisionView.shape,
    script: z.string().nullable().openapi({ description: "The approved script. Causeway has run nothing." }),
    script_path: z.string().nullable().openapi({ description: "Where the script is on the server." }),
    missing_approvals: z
      .number()
      .int()
      .openapi({ description: "How many more people must approve; nothing is decided before." }),
    export_notes: z.array(z.string()).openapi({ description: "What lay in the way of the export." }),
  })
  .openapi("Decided");
const decidedView = ({
  decision,
  action,
  outcome,
  scriptPath,
  exportNotes,
  missing,
}: Decided): z.infer<typeof DecidedView> => ({
  action_id: action.id,
  analysis_id: action.analysisId,
  analysis_status: outcome.status,
  ...decisionView(decision),
  script: decision.decision === "approved" && missing === 0 ? action.script : null,
  script_path: scriptPath,
  missing_approvals: missing,
  export_notes: exportNotes,
});

const Effect = z
  .strictObject({
    effect: z
      .enum(ActionEffect.options)
      .openapi({ description: "What became of the symptom after the script was run." }),
    note: DecisionFields.note,
    on_behalf_of: DecisionFields.on_behalf_of,
  })
  .openapi("ActionOutcome");
const Commands = Prose(16_000).optional();
const Edit = z
  .strictObject({
    script_sha256: Sha256.openapi({ description: "The hash of the script that the person read." }),
    parameters: z.record(Line(60), Prose(2_000)).optional().openapi({ description: "New values by name." }),
    script: Commands.openapi({ description: "New commands, one a line, as in a runbook step." }),
    verify: Commands,
    rollback: Commands,
  })
  .openapi("ActionEdit");
const EditedView = z
  .object({ action_id: z.string(), replaces: z.string(), script_sha256: z.string(), script: z.string() })
  .openapi("EditedAction");
const ResultView = z
  .object({
    action_id: z.string(),
    effect: z.enum(ActionEffect.options),
    source: z.enum(["execution", "report"]),
    by: z.string(),
    at: z.iso.datetime(),
    note: z.string().nullable(),
  })
  .openapi("ActionResult");

/** The record always names the key, also when it acts for a person. */
const decider = ({ name }: Principal, onBehalfOf: string | undefined): string =>
  onBehalfOf === undefined ? name : `${onBehalfOf} (by ${name})`;

/** Decisions on actions, bound to the hash of the script. An approval exports the script and runs nothing. */
export function addActionRoutes({ app, service, gate }: Surface): void {
  const route = <Body extends z.ZodType>(
    verb: "approve" | "reject",
    summary: string,
    body: "required" | "optional",
    schema: Body,
  ) =>
    createRoute({
      method: "post",
      path: `/v1/actions/{actionId}/${verb}`,
      tags: ["actions"],
      summary,
      ...gate.takesJson("approve", body),
      request: {
        params: ActionPath,
        headers: IdempotencyHeader,
        body: { required: body === "required", content: { "application/json": { schema } } },
      },
      responses: {
        200: json(DecidedView, "The recorded decision"),
        ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
      },
    });
  type DecisionBody = {
    script_sha256?: string | undefined;
    note?: string | null | undefined;
    reason?: RejectionReason | undefined;
    on_behalf_of?: string | undefined;
  };
  const decide = async (actionId: string, decision: Decision["decision"], principal: Principal, body: DecisionBody) =>
    decidedView(
      await service.decide({
        actionId,
        decision,
        by: decider(principal, body.on_behalf_of),
        note: body.note ?? null,
        reason: body.reason,
        presentedSha256: body.script_sha256,
        approver: { surface: "http", id: principal.id, name: principal.name },
      }),
    );

  app.openapi(route("approve", "Approve an action after reading its script", "required", Approval), async (c) =>
    c.json(await decide(c.req.valid("param").actionId, "approved", principalOf(c), c.req.valid("json")), 200),
  );
  app.openapi(route("reject", "Reject an action", "optional", Rejection), async (c) =>
    c.json(await decide(c.req.valid("param").actionId, "rejected", principalOf(c), c.req.valid("json")), 200),
  );
  const edit = createRoute({
    method: "post",
    path: "/v1/actions/{actionId}/edit",
    tags: ["actions"],
    summary: "Replace an open action by one with other values or commands",
    ...gate.takesJson("approve", "required"),
    request: {
      params: ActionPath,
      headers: IdempotencyHeader,
      body: { required: true, content: { "application/json": { schema: Edit } } },
    },
    responses: {
      201: json(EditedView, "The new action; it waits for its own approval"),
      ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(edit, async (c) => {
    const { actionId } = c.req.valid("param");
    const { script_sha256: presentedSha256, ...changes } = c.req.valid("json");
    const { id, name } = principalOf(c);
    const by = { surface: "http", id, name } as const;
    const { action, replaced } = await service.editAction({ actionId, by, presentedSha256, ...changes });
    return c.json(
      { action_id: action.id, replaces: replaced, script_sha256: action.scriptSha256, script: action.script },
      201,
    );
  });
  const outcome = createRoute({
    method: "post",
    path: "/v1/actions/{actionId}/outcome",
    tags: ["actions"],
    summary: "Report what an approved action did once somebody ran it",
    ...gate.takesJson("approve", "required"),
    request: {
      params: ActionPath,
      headers: IdempotencyHeader,
      body: { required: true, content: { "application/json": { schema: Effect } } },
    },
    responses: {
      200: json(ResultView, "The recorded result"),
      ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(outcome, async (c) => {
    const { effect, note = null, on_behalf_of: onBehalfOf } = c.req.valid("json");
    const { actionId } = c.req.valid("param");
    const by = decider(principalOf(c), onBehalfOf);
    const { source, atMs } = await service.reportResult({ actionId, effect, by, note });
    return c.json({ action_id: actionId, effect, source, by, at: isoTime(atMs), note }, 200);
  });
}
