import { createRoute, z } from "@hono/zod-openapi";
import type { Decided } from "../../app/decide.ts";
import type { Decision } from "../../domain/action.ts";
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
const Rejection = z.strictObject({ script_sha256: Sha256.optional(), ...DecisionFields }).openapi("Rejection");

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
    on_behalf_of?: string | undefined;
  };
  const decide = async (actionId: string, decision: Decision["decision"], principal: Principal, body: DecisionBody) =>
    decidedView(
      await service.decide({
        actionId,
        decision,
        by: decider(principal, body.on_behalf_of),
        note: body.note ?? null,
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
}
