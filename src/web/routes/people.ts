import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { type Decision, REJECTION_REASONS } from "../../domain/action.ts";
import { analysisAddress, incidentAddress } from "../incident/addresses.ts";
import { approverOf, recordedName } from "../page-door.ts";
import type { Pages } from "../pages.ts";
import { fieldOf } from "../read-form.ts";

const MAX_NOTE = 4_000;
/** Text without control characters, which could forge log lines or hide text. */
const Note = z
  .string()
  .max(MAX_NOTE)
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, "must not contain control characters");
const Outcome = z.enum(["confirmed", "corrected", "wrong"]);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Parses a field. @throws {IncidentError} BAD_INPUT */
function checked<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IncidentError("BAD_INPUT", `the field "${name}" is not valid: ${parsed.error.issues[0]?.message ?? ""}`, {
    hint: "Go back, and correct it.",
  });
}

/** The text of a field; null if it is blank. @throws {IncidentError} BAD_INPUT */
const noteOf = (form: FormData, name: string): string | null => checked(Note.nullable(), fieldOf(form, name), name);

/** What people do on a page: decide, note, judge, and analyse again. The same use cases as those of the API. */
export function addPeopleRoutes({ app, service, take }: Pages): void {
  const decide = (verb: "approve" | "reject", decision: Decision["decision"]): void => {
    app.post(`/actions/:actionId/${verb}`, async (c) => {
      const { context, form } = await take(c, "approve");
      const note = noteOf(form, "note");
      if (decision === "approved" && form.get("read") !== "yes")
        throw new IncidentError("BAD_INPUT", "nothing was approved: the box that you read the script is not ticked", {
          hint: "Read the script, tick the box, and approve again.",
        });
      const reason = REJECTION_REASONS.find((one) => one === form.get("reason"));
      if (decision === "rejected" && reason === undefined)
        throw new IncidentError("BAD_INPUT", "nothing was rejected: a rejection needs a reason", {
          hint: "Go back, and choose one. The memory learns from it.",
        });
      const { action } = await service.decide({
        actionId: c.req.param("actionId"),
        decision,
        by: recordedName(context.user),
        note,
        presentedSha256: checked(Sha256, form.get("script_sha256"), "script_sha256"),
        approver: approverOf(context.user),
        ...(decision === "rejected" && reason !== undefined ? { reason } : {}),
      });
      return c.redirect(`${analysisAddress(action.analysisId)}#plan`, 303);
    });
  };
  decide("approve", "approved");
  decide("reject", "rejected");

  app.post("/incidents/:incidentId/notes", async (c) => {
    const { context, form } = await take(c, "analyse");
    const text = noteOf(form, "text");
    if (text === null)
      throw new IncidentError("BAD_INPUT", "the note is empty", { hint: "Go back, and write something." });
    const incidentId = c.req.param("incidentId");
    await service.addNote({ incidentId, by: recordedName(context.user), text });
    return c.redirect(`${incidentAddress(incidentId)}#notes`, 303);
  });

  app.post("/analyses/:analysisId/feedback", async (c) => {
    const { context, form } = await take(c, "analyse");
    const outcome = checked(Outcome, form.get("outcome"), "outcome");
    const entity = outcome === "corrected" ? noteOf(form, "entity") : null;
    if (outcome === "corrected" && entity === null)
      throw new IncidentError("BAD_INPUT", "nothing was saved: the service that was the cause is missing", {
        hint: 'Go back, and name it. If you do not know it, choose "The diagnosis is wrong".',
      });
    const { feedback } = await service.feedback({
      analysisId: c.req.param("analysisId"),
      outcome,
      entity,
      cause: null,
      note: noteOf(form, "note"),
      by: recordedName(context.user),
    });
    return c.redirect(`${analysisAddress(feedback.analysisId)}#feedback`, 303);
  });

  app.post("/incidents/:incidentId/analyses", async (c) => {
    const { context, form } = await take(c, "analyse");
    const { analysisId } = await service.submitAnalysis(c.req.param("incidentId"), {
      idempotencyKey: null,
      by: recordedName(context.user),
      force: form.get("force") === "yes",
    });
    return c.redirect(analysisAddress(analysisId), 303);
  });
}
